# Makes a user namespace, in which it would be root.
# outcome: violation
# control: none — often switched off
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0:
    print("LEAK root in a namespace")
