# Changes a world-writable file outside in every way there is.
# outcome: ok
import json
import os
import shutil

path = json.loads(input())["existing"]
ways = {
    "append": lambda: open(path, "a").write("x"),
    "overwrite": lambda: open(path, "w").write("x"),
    "update": lambda: open(path, "r+").write("x"),
    "truncate": lambda: os.truncate(path, 1),
    "copy": lambda: (open("own", "w").close(), shutil.copyfile("own", path)),
    "replace": lambda: (open("own", "w").close(), os.replace("own", path)),
    "remove": lambda: os.remove(path),
}
for name, change in ways.items():
    try:
        change()
        print("LEAK", name)
    except OSError as error:
        print("refused:", error)
