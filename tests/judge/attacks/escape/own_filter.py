# Installs a filter of its own, to answer the judge's calls.
# outcome: ok
# control: none — allowed without a judge
import ctypes
import platform
import struct

libc = ctypes.CDLL(None, use_errno=True)
program = struct.pack("HBBI", 6, 0, 0, 0x7FFF0000)
buffer = ctypes.create_string_buffer(program, len(program))
header = struct.pack("HxxxxxxP", 1, ctypes.addressof(buffer))
if libc.syscall(317 if platform.machine() == "x86_64" else 277, 1, 8, header) >= 0:
    print("LEAK a listener")
