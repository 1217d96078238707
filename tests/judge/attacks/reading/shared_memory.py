# Opens another's POSIX shared memory by name, through the library and as a file.
# outcome: ok
import json

targets = json.loads(input())
try:
    import _posixshmem
    import os

    print(os.read(_posixshmem.shm_open("/" + targets["shared"], os.O_RDONLY), 100))
except (ImportError, OSError) as error:
    print("refused:", error)
try:
    print(open("/dev/shm/" + targets["shared"]).read())
except OSError as error:
    print("refused:", error)
