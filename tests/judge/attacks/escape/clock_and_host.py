# Changes what belongs to the machine: clock, host name, processors, swap.
# outcome: ok|violation
# control: none — needs root
import ctypes
import socket
import time

for change in (lambda: time.clock_settime(time.CLOCK_REALTIME, 0), lambda: socket.sethostname("stolen")):
    try:
        change()
        print("LEAK changed it")
    except OSError as error:
        print("refused:", error)
libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (("sysinfo", (ctypes.create_string_buffer(200),)), ("acct", (None,)), ("vhangup", ())):
    if getattr(libc, name)(*arguments) == 0:
        print("LEAK", name)
