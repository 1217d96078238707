# Searches its own memory, page by page, for the program, the input and the answers of an earlier run.
# outcome: ok
# after: secret
# control: none — a new process has no earlier run
import ctypes
import os
import re
import sys

# built in pieces: the pattern itself must not be what is found
PATTERN = re.compile(b"pygrounds" + b"-[0-9a-f]{24}")
PAGE = 4096
reader, writer = os.pipe()
seen = {id(object()), id(sys), id(PATTERN), ctypes.addressof(ctypes.c_int())}
# the windows of 64 MiB that hold objects of ours, and their neighbours: where mappings end up is drawn by lot
spots = {address // (1 << 26) + near for address in seen for near in (-1, 0, 1)}
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_long]
top = libc.sbrk(0)
ranges = [(top - (64 << 20), top)] + [(spot << 26, spot + 1 << 26) for spot in sorted(spots)]
pages = 0
for low, high in ranges:
    address = low & ~(PAGE - 1)
    while address < high:
        # the kernel copies from mapped pages alone, and says EFAULT for others
        if libc.write(writer, ctypes.c_void_p(address), PAGE) == PAGE:
            pages += 1
            found = PATTERN.search(os.read(reader, PAGE))
            if found:
                print("LEAK", found[0].decode())
                raise SystemExit
        address += PAGE
print("searched", pages > 100)
