# Makes files, directories, links and pipes in a world-writable directory outside.
# outcome: ok
import json
import os
import sqlite3

directory = json.loads(input())["canaries"]
ways = {
    "open": lambda: open(f"{directory}/file", "w"),
    "exclusive": lambda: open(f"{directory}/exclusive", "x"),
    "os.open": lambda: os.open(f"{directory}/creat", os.O_CREAT | os.O_WRONLY),
    "unnamed": lambda: os.write(os.open(directory, os.O_TMPFILE | os.O_RDWR), b"LEAK"),
    "mkdir": lambda: os.mkdir(f"{directory}/directory"),
    "symlink": lambda: os.symlink("x", f"{directory}/symlink"),
    "fifo": lambda: os.mkfifo(f"{directory}/fifo"),
    "node": lambda: os.mknod(f"{directory}/node"),
    "link": lambda: (open("own", "w").close(), os.link("own", f"{directory}/hard")),
    "rename": lambda: (open("own", "w").close(), os.rename("own", f"{directory}/moved")),
    "database": lambda: sqlite3.connect(f"{directory}/database").execute("create table t(x)"),
}
for name, make in ways.items():
    try:
        make()
        print("LEAK", name)
    except (OSError, sqlite3.Error) as error:
        print("refused:", error)
