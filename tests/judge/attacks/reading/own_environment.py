# Looks for the service's environment variables in its own process.
# outcome: ok
import ctypes
import os

print(dict(os.environ))
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print(libc.getenv(b"PYGROUNDS_SECRET"), libc.getenv(b"PYGROUNDS_DATABASE_URL"))
try:
    print(open("/proc/self/environ").read())
except OSError as error:
    print("refused:", error)
