# Opens a file that is not there and handles the error.
# modes: files
# prints:
#   no such file: missing.txt
#   False
import os

try:
    open("missing.txt")
except FileNotFoundError as error:
    print("no such file:", error.filename)
print(os.path.isfile("missing.txt"))
