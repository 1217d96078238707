# Attaches to a process of the same user as a debugger.
# outcome: violation
import ctypes
import json
import os

libc = ctypes.CDLL(None, use_errno=True)
pid = json.loads(input())["bystander"]
if libc.ptrace(16, pid, None, None) == 0:
    os.waitpid(pid, 0)
    print("LEAK attached")
