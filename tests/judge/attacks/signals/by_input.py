# Has the kernel send a signal to another process when its own pipe becomes readable.
# outcome: ok
import fcntl
import json
import os
import socket
import struct

pid = json.loads(input())["judge"]
left, right = socket.socketpair()
for step in (
    lambda: fcntl.fcntl(left, fcntl.F_SETOWN, pid),
    lambda: fcntl.fcntl(left, 15, struct.pack("ii", 1, pid)),  # F_SETOWN_EX
    lambda: fcntl.fcntl(left, 10, 10),  # F_SETSIG
    lambda: fcntl.fcntl(left, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK),
    lambda: fcntl.ioctl(left, 0x8901, struct.pack("i", pid)),  # FIOSETOWN
    lambda: fcntl.ioctl(left, 0x5452, struct.pack("i", 1)),  # FIOASYNC
    lambda: right.send(b"x"),
):
    try:
        step()
    except OSError as error:
        print("refused:", error)
