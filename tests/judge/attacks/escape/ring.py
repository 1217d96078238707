# Lets an io_uring make the calls that a filter would refuse.
# outcome: violation
# control: none — often switched off
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
parameters = ctypes.create_string_buffer(120)
if libc.syscall(425, 8, parameters) >= 0:
    print("LEAK a ring")
