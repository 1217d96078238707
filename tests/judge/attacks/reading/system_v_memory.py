# Attaches another's System V shared memory by key.
# outcome: ok
import ctypes
import json

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(json.loads(input())["sysv"], 0, 0)
if segment < 0:
    print("refused:", ctypes.get_errno())
else:
    address = libc.shmat(segment, None, 0o10000)
    print(ctypes.string_at(address, 64))
