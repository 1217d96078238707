# Sends signals by calls that carry data or name threads.
# outcome: ok
import ctypes
import json
import platform

targets = json.loads(input())
libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
info = (ctypes.c_char * 128)()
ctypes.c_int.from_buffer(info, 8).value = -1
TKILL, TGKILL, QUEUE, THREAD_QUEUE = (200, 234, 129, 297) if X86 else (130, 131, 138, 240)
pid = targets["judge"]
for arguments in (
    (TKILL, pid, 10),
    (TGKILL, pid, pid, 10),
    (QUEUE, pid, 10, info),
    (THREAD_QUEUE, pid, pid, 10, info),
):
    if libc.syscall(*arguments) == 0:
        print("LEAK signalled by", arguments[0])
    else:
        print("refused:", ctypes.get_errno())
