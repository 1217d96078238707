# Puts machine code into memory that is writable and executable, and calls it.
# outcome: ok
import ctypes
import mmap
import platform

CODE = {"x86_64": b"\xb8\x2a\0\0\0\xc3", "aarch64": b"\x40\x05\x80\x52\xc0\x03\x5f\xd6"}[platform.machine()]
for flags in (mmap.MAP_PRIVATE, mmap.MAP_SHARED):
    try:
        memory = mmap.mmap(
            -1, 4096, flags | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        )
    except OSError as error:
        print("refused:", error)
        continue
    memory.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    print("LEAK machine code says", ctypes.CFUNCTYPE(ctypes.c_int)(address)())
