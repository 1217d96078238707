# Reads the command lines of all processes, where passwords stand.
# outcome: ok
import os

try:
    pids = [name for name in os.listdir("/proc") if name.isdigit()]
except OSError as error:
    print("refused:", error)
    pids = [str(pid) for pid in range(1, 400)]
for pid in pids:
    try:
        print("LEAK", open(f"/proc/{pid}/cmdline").read())
    except OSError:
        pass
