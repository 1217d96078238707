# Fills the disk with files that no directory shows: unlinked while open, and unnamed ones.
# outcome: strict ok, files ok|file_limit
# documented: files A, files B
import os

kept = 0
try:
    for number in range(12):
        descriptor = os.open("file", os.O_CREAT | os.O_RDWR)
        os.unlink("file")
        for _ in range(10):
            kept += os.write(descriptor, bytes(1 << 20))
except OSError as error:
    print("refused:", error)
try:
    os.open(".", os.O_TMPFILE | os.O_RDWR)
    print("LEAK an unnamed file")
except OSError as error:
    print("refused:", error)
if kept > 96 << 20:
    print("LEAK keeps", kept, "bytes on disk")
