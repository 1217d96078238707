# Writes machine code to a file and maps it, or loads it as a library.
# outcome: ok
import ctypes
import mmap

try:
    with open("code.so", "wb+") as file:
        file.write(b"\xb8\x2a\0\0\0\xc3".ljust(4096, b"\x90"))
        file.flush()
        mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC)
    print("LEAK mapped code of its own")
except OSError as error:
    print("refused:", error)
for name in ("./code.so", "libm.so.6", "libcrypto.so.3", "/usr/lib/x86_64-linux-gnu/libutil.so.1"):
    try:
        library = ctypes.CDLL(name)
        print("loaded already" if name == "libm.so.6" else f"LEAK loaded {name}")
    except OSError as error:
        print("refused:", error)
