# Has sqlite read a file outside, in three ways.
# outcome: ok
import json
import sqlite3

path = json.loads(input())["secret_file"]
for target, uri in ((path, False), (f"file:{path}?mode=ro&immutable=1", True)):
    try:
        connection = sqlite3.connect(target, uri=uri)
        connection.execute("select * from sqlite_master").fetchall()
        print("LEAK opened")
    except sqlite3.OperationalError as error:
        print("refused:", error)
    except sqlite3.DatabaseError as error:
        print("LEAK read it:", error)
connection = sqlite3.connect(":memory:")
try:
    connection.execute("attach database ? as stolen", (path,))
    connection.execute("select * from stolen.sqlite_master")
    print("LEAK attached")
except sqlite3.OperationalError as error:
    print("refused:", error)
except sqlite3.DatabaseError as error:
    print("LEAK read it:", error)
try:
    connection.enable_load_extension(True)
    connection.load_extension("/lib/x86_64-linux-gnu/libm.so.6")
    print("LEAK loaded")
except (sqlite3.OperationalError, AttributeError) as error:
    print("refused:", error)
