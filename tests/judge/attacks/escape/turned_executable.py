# Turns its data executable afterwards: mprotect, a protection key, the personality of old programs.
# outcome: ok
import ctypes
import mmap
import platform

X86 = platform.machine() == "x86_64"
CODE = b"\xb8\x2a\0\0\0\xc3" if X86 else b"\x40\x05\x80\x52\xc0\x03\x5f\xd6"
libc = ctypes.CDLL(None, use_errno=True)
memory = mmap.mmap(-1, 4096)
memory.write(CODE)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
READ_IMPLIES_EXEC = 0x0400000
ways = {
    "mprotect": lambda: libc.mprotect(ctypes.c_void_p(address), 4096, 5),
    "pkey": lambda: libc.syscall(329 if X86 else 288, ctypes.c_void_p(address), 4096, 5, -1),
    "personality": lambda: libc.personality(READ_IMPLIES_EXEC),
    "remap": lambda: libc.syscall(216 if X86 else 234, ctypes.c_void_p(address), 4096, 5, 0, 0),
}
for name, turn in ways.items():
    if turn() >= 0:
        print("LEAK", name)
        if name == "mprotect":
            print("machine code says", ctypes.CFUNCTYPE(ctypes.c_int)(address)())
    else:
        print(name, "refused:", ctypes.get_errno())
