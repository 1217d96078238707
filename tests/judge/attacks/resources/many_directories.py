# Makes directories in directories, deeper than any path may be long.
# outcome: strict ok, files file_limit
# control: none — it is laborious to remove
import os

try:
    for _ in range(3000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
except OSError as error:
    print("refused:", error)
