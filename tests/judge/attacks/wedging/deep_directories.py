# Leaves two hundred directories, one in another.
# outcome: strict ok, files file_limit
# control: none — its own matter without a judge
import os

try:
    for _ in range(200):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    open("file", "w").write("x")
except OSError as error:
    print("refused:", error)
