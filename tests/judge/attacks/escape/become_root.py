# Changes its user, group and capabilities.
# outcome: ok
# control: none — needs root
import ctypes
import os
import struct

for change in (
    lambda: os.setuid(0),
    lambda: os.setresuid(0, 0, 0),
    lambda: os.setreuid(0, 0),
    lambda: os.setgid(0),
    lambda: os.setgroups([0]),
    lambda: os.seteuid(0),
):
    try:
        change()
        print("LEAK changed the user")
    except OSError as error:
        print("refused:", error)
libc = ctypes.CDLL(None, use_errno=True)
everything = struct.pack("6I", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0x1FF, 0x1FF, 0)
if libc.capset(struct.pack("Ii", 0x20080522, 0), everything) == 0:
    print("LEAK all capabilities")
