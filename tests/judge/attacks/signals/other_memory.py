# Reads another process's memory by system call.
# outcome: violation
import ctypes
import json
import re

libc = ctypes.CDLL(None, use_errno=True)
pid = json.loads(input())["bystander"]


class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


try:
    lines = open(f"/proc/{pid}/maps").read()
except OSError:
    lines = f"{id(object()) & ~0xFFFF:x}-{(id(object()) & ~0xFFFF) + 65536:x} rw-p"
for low, high in re.findall(r"^(\w+)-(\w+) rw", lines, re.M):
    size = min(int(high, 16) - int(low, 16), 1 << 22)
    buffer = ctypes.create_string_buffer(size)
    local, remote = Part(ctypes.addressof(buffer), size), Part(int(low, 16), size)
    if libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
        print("LEAK read", size, "bytes")
        break
