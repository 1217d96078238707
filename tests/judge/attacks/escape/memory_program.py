# Executes a program from a memory file.
# outcome: ok
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
try:
    program = os.memfd_create("program")
    print("LEAK a memory file")
except OSError as error:
    print("refused:", error)
    program = 1
arguments = (ctypes.c_char_p * 2)(b"x", None)
libc.syscall(322 if platform.machine() == "x86_64" else 281, program, b"", arguments, arguments, 0x1000)
print("refused:", ctypes.get_errno())
