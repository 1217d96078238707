# Leaves a System V segment for the next run, and a POSIX one.
# outcome: ok
# runs: 2
import ctypes
import json

key = json.loads(input())["sysv"] + 1
libc = ctypes.CDLL(None, use_errno=True)
found = libc.shmget(key, 0, 0)
if found >= 0:
    print("LEAK an earlier run left a segment")
    libc.shmctl(found, 0, None)
elif libc.shmget(key, 4096, 0o1666) >= 0:
    print("made")
