# Makes a file that is large and holds nothing.
# outcome: strict ok, files ok|file_limit
import os

for grow in (
    lambda file: os.ftruncate(file, 1 << 27),
    lambda file: os.posix_fallocate(file, 0, 1 << 27),
    lambda file: os.pwrite(file, b"x", 1 << 27),
):
    try:
        descriptor = os.open("sparse", os.O_CREAT | os.O_RDWR)
        grow(descriptor)
        print("LEAK", os.fstat(descriptor).st_size)
    except OSError as error:
        print("refused:", error)
