# Moves, empties and seals its standard input.
# outcome: ok
# control: none — its own matter without a judge
import fcntl
import os

for change in (
    lambda: os.ftruncate(0, 0),
    lambda: os.write(0, b"x"),
    lambda: os.lseek(0, 1 << 40, 0),
    lambda: fcntl.fcntl(1, 1033, 0xF),  # F_ADD_SEALS
    lambda: fcntl.fcntl(3, 1033, 0xF),
    lambda: os.set_blocking(1, False),
):
    try:
        change()
    except OSError as error:
        print("refused:", error)
