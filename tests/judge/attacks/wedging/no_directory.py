# Removes and renames its own directory.
# outcome: ok
# control: none — its own matter without a judge
import os

for change in (
    lambda: os.rmdir("."),
    lambda: os.rmdir("/"),
    lambda: os.rename(".", "../other"),
    lambda: os.rmdir("../" + os.path.basename(os.getcwd())),
):
    try:
        change()
        print("LEAK removed it")
    except OSError as error:
        print("refused:", error)
