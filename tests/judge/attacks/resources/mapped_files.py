# Keeps removed files on the disk by mappings alone: no directory and no descriptor shows them.
# outcome: ok
import mmap
import os

mappings = []
kept = 0
try:
    for _file in range(20):
        descriptor = os.open("file", os.O_CREAT | os.O_RDWR)
        os.unlink("file")
        kept += os.write(descriptor, bytes(4 << 20))
        mappings.append(mmap.mmap(descriptor, mmap.PAGESIZE))
        os.close(descriptor)
    print("LEAK keeps", kept, "bytes on disk")
except OSError as error:
    print("refused:", error)
