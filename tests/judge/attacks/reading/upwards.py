# Climbs out of its directory with dots, chdir and an open directory.
# outcome: ok
import json
import os

path = json.loads(input())["secret_file"]
for up in range(1, 12):
    try:
        print(open("../" * up + path.lstrip("/")).read())
    except OSError:
        pass
try:
    top = os.open(".", os.O_RDONLY)
    os.mkdir("deep")
    os.chdir("deep")
    print("moved")
    for _ in range(20):
        os.chdir("..")
    print(open(path.lstrip("/")).read())
    os.fchdir(top)
except OSError as error:
    print("refused:", error)
