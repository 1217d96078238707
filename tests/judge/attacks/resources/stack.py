# Uses more of the C stack than allowed: for an argument of three megabytes that is passed by value.
# outcome: crash
# limits: stack=1048576
import ctypes


class Large(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char * (3 << 20))]


libc = ctypes.CDLL(None)
libc.abs.argtypes = [Large]
libc.abs(Large())
print("LEAK three megabytes of C stack")
