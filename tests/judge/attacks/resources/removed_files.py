# Fills the disk with files that no directory shows: removed while open.
# outcome: strict ok, files file_limit
# control: none — the disk is not limited without a judge
import os
import time

kept = 0
try:
    for _file in range(20):
        descriptor = os.open("file", os.O_CREAT | os.O_RDWR)
        os.unlink("file")
        for _ in range(10):
            kept += os.write(descriptor, bytes(1 << 20))
    print("keeps", kept, "bytes")
    time.sleep(3)
except OSError as error:
    print("refused:", error)
