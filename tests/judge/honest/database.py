# sqlite3 in memory: tables, parameters, transactions, rows by name.
# prints:
#   [('Ada', 36), ('Bob', 25)]
#   61 ada
#   2 UNIQUE constraint failed: people.name
import sqlite3

connection = sqlite3.connect(":memory:")
connection.row_factory = sqlite3.Row
with connection:
    connection.execute("create table people(name text unique, age integer)")
    connection.executemany("insert into people values (?, ?)", [("Ada", 36), ("Bob", 25)])
print([tuple(row) for row in connection.execute("select * from people order by name")])
connection.create_function("low", 1, str.lower)
row = connection.execute("select sum(age) as total, low('ADA') as name from people").fetchone()
print(row["total"], row["name"])
try:
    with connection:
        connection.execute("delete from people where name = 'Bob'")
        connection.execute("insert into people values ('Ada', 1)")
except sqlite3.IntegrityError as error:
    print(connection.execute("select count(*) from people").fetchone()[0], error)
