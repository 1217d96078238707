# Makes a file that never has a name.
# outcome: ok
import os

try:
    os.open(".", os.O_TMPFILE | os.O_RDWR)
    print("LEAK an unnamed file")
except OSError as error:
    print("refused:", error)
