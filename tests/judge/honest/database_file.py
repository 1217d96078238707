# sqlite3 in a file, with a journal and a second connection.
# modes: files
# prints:
#   [(1,), (2,)]
#   [(1,), (2,), (3,)]
import sqlite3

with sqlite3.connect("data.db") as first:
    first.execute("create table t(x)")
    first.executemany("insert into t values (?)", [(1,), (2,)])
first.close()
second = sqlite3.connect("data.db")
print(second.execute("select * from t order by x").fetchall())
with second:
    second.execute("insert into t values (3)")
print(sqlite3.connect("data.db").execute("select * from t order by x").fetchall())
