# Reopens its streams through /proc to get rid of their seals and limits.
# outcome: ok
# documented: files B
import os

for descriptor in range(6):
    for path in (f"/proc/self/fd/{descriptor}", f"/dev/fd/{descriptor}"):
        try:
            os.open(path, os.O_RDWR)
            print("LEAK reopened", path)
        except OSError as error:
            os.write(2, str(error).encode())
