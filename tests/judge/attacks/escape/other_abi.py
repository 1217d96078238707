# Makes system calls through the x32 numbers, which careless filters do not know.
# outcome: violation|ok
# control: none — most kernels have no x32
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.write(1, b"trying\n")
if libc.syscall(0x40000000 + 39) > 0:
    print("LEAK x32 calls pass")
