# Loads a program into the kernel, opens performance counters and the key ring.
# outcome: violation
# control: none — containers refuse it
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
BPF, PERF, KEYCTL = (321, 298, 250) if platform.machine() == "x86_64" else (280, 241, 219)
if libc.syscall(KEYCTL, 0, -3, 1) > 0:
    print("LEAK a key ring")
libc.syscall(PERF, ctypes.create_string_buffer(128), 0, -1, -1, 0)
libc.syscall(BPF, 0, ctypes.create_string_buffer(128), 128)
