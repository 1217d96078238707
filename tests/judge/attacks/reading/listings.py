# Lists directories outside.
# outcome: ok
import glob
import json
import os

directory = json.loads(input())["directory"]
for path in (directory, "/etc", "/tmp", "/proc", "/dev", "/dev/shm", "/home"):
    for ask in (os.listdir, lambda path: [entry.name for entry in os.scandir(path)]):
        try:
            print("LEAK", path, ask(path)[:3])
        except OSError as error:
            print("refused:", error)
found = glob.glob("/*/passwd") + list(os.walk("/etc")) + list(os.walk(directory))
if found:
    print("LEAK", found[:3])
