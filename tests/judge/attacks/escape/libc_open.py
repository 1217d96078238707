# Opens a file through libc, past Python's own functions.
# outcome: ok
import ctypes
import json

path = json.loads(input())["secret_file"].encode()
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(200)
for descriptor in (libc.open(path, 0), libc.openat(-100, path, 0), libc.creat(path + b".new", 0o600)):
    if descriptor >= 0:
        libc.read(descriptor, buffer, 100)
        print("LEAK", buffer.value)
    else:
        print("refused:", ctypes.get_errno())
libc.fopen.restype = ctypes.c_void_p
if libc.fopen(path, b"r"):
    print("LEAK fopen")
