# Has a kernel timer send a signal to a thread of another process.
# outcome: ok
# control: none — the kernel allows only own threads; here the call itself must be refused
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
event = (ctypes.c_int * 16)(0, 0, 9, 4, os.getppid())  # SIGKILL, SIGEV_THREAD_ID
timer = ctypes.c_int()
if libc.syscall(222 if platform.machine() == "x86_64" else 107, 1, event, ctypes.byref(timer)) == 0:
    print("LEAK a kernel timer")
