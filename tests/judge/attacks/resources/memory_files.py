# Makes memory files that count against nobody.
# outcome: ok
import os

try:
    file = os.memfd_create("x")
    os.truncate(file, 1 << 27)
    print("LEAK a memory file")
except OSError as error:
    print("refused:", error)
