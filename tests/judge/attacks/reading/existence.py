# Asks only whether a file outside exists, how large and how old it is.
# outcome: ok
# documented: files B
import json
import os

path = json.loads(input())["secret_file"]
for ask in (os.stat, os.lstat, os.path.getsize, os.readlink, os.statvfs, os.path.realpath):
    try:
        print(ask(path))
        print("LEAK", ask.__name__, os.stat(path).st_size)
    except OSError as error:
        print("refused:", error)
if os.access(path, os.F_OK) or os.path.exists("/etc/passwd"):
    print("LEAK it exists")
