# Leaves files for the next run wherever it can, and looks for those of the last.
# outcome: ok
# runs: 2
import json
import os

marker = json.loads(input())["marker"]
own = f"./pygrounds-left-{marker}"
try:
    if os.path.exists(own):
        print("LEAK an earlier run left", own)
    open(own, "w").close()
except OSError as error:
    print("refused:", error)
for directory in ("..", "/", "/tmp", "/var/tmp", "/dev/shm"):
    path = f"{directory}/pygrounds-left-{marker}"
    try:
        if os.path.exists(path) and not os.path.samefile(
            path, own
        ):  # above a root of its own is that root again
            print("LEAK an earlier run left", path)
            os.unlink(path)
        else:
            open(path, "w").close()
    except OSError as error:
        print("refused:", error)
