# Renames and removes directories all the time while the judge looks.
# outcome: strict ok, files time_limit
# limits: wall=0.2
# control: none — its own matter without a judge
import os

try:
    os.makedirs("a/b/c/d")
    while True:
        os.rename("a/b", "b")
        open("b/c/file", "w").close()
        os.remove("b/c/file")
        os.rename("b", "a/b")
        os.mkdir("e")
        os.rmdir("e")
except OSError as error:
    print("refused:", error)
