# Overwrites the machine code of libc where it lies: writable first, executable again afterwards.
# outcome: ok|crash
# control: none — what it does next depends on the machine
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
address = ctypes.cast(libc.getppid, ctypes.c_void_p).value & ~0xFFF
if libc.mprotect(ctypes.c_void_p(address), 4096, 7) == 0:
    print("LEAK libc's code is writable")
else:
    print("refused:", ctypes.get_errno())
