# Opens a file by the numbers of the system calls, old and new.
# outcome: ok|violation
import ctypes
import json
import platform
import struct

path = json.loads(input())["secret_file"].encode()
libc = ctypes.CDLL(None, use_errno=True)
OPENAT = 257 if platform.machine() == "x86_64" else 56
calls = [(OPENAT, -100, path, 0, 0), (437, -100, path, struct.pack("QQQ", 0, 0, 0), 24)]
if platform.machine() == "x86_64":
    calls.append((2, path, 0, 0))
buffer = ctypes.create_string_buffer(200)
for number, *arguments in calls:
    descriptor = libc.syscall(number, *arguments)
    if descriptor >= 0:
        libc.read(descriptor, buffer, 100)
        print("LEAK", number, buffer.value)
    else:
        print("refused:", ctypes.get_errno())
