# Signals its process group, all groups and every process there may be.
# outcome: ok
# control: none — it would reach everything of this user
import os
import signal

for pid in (0, -1, -os.getpgrp(), *range(1, 60)):
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, signal.SIGURG)
        print("LEAK signalled", pid)
    except OSError:
        pass
