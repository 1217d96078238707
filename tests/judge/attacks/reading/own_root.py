# Looks into the root directory and, where that is its own, for anything that is not its own.
# outcome: ok
import os

try:
    for path, directories, files in os.walk("/"):
        for name in directories + files:
            print("LEAK", os.path.join(path, name))
            raise SystemExit
    print(os.listdir("/"))
except OSError as error:
    print("refused:", error)
