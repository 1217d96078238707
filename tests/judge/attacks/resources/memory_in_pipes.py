# Hoards memory in pipe buffers made as large as can be.
# outcome: ok
import fcntl
import os

hoard = 0
try:
    for _ in range(400):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            fcntl.fcntl(writer, 1031, 1 << 20)  # F_SETPIPE_SZ
        except OSError:
            pass
        hoard += os.write(writer, bytes(1 << 20))
except OSError as error:
    print("refused:", error)
if hoard > 4 << 20:
    print("LEAK", hoard, "bytes in pipes")
