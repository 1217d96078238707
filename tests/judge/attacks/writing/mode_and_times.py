# Changes mode, owner, times and attributes of a file outside; some are answered and not done.
# outcome: ok
import json
import os

path = json.loads(input())["existing"]
ways = {
    "chmod": lambda: os.chmod(path, 0o777),
    "utime": lambda: os.utime(path, (5, 5)),
    "chown": lambda: os.chown(path, os.getuid(), os.getgid()),
    "setxattr": lambda: os.setxattr(path, "user.mark", b"x"),
}
for name, change in ways.items():
    try:
        change()
        print("answered", name)
    except OSError as error:
        print("refused:", error)
