# Looks for the scratch directories of other runs, and for the base they lie in.
# outcome: ok
import os

for path in ("..", "../..", "/.."):
    try:
        os.mkdir(f"{path}/intruder")
        if not os.path.exists("intruder"):  # above a root of its own is that root again
            print("LEAK made a directory in", path)
        os.rmdir(f"{path}/intruder")
        for entry in os.listdir(path):
            print("LEAK sees", entry)
    except OSError as error:
        print("refused:", error)
