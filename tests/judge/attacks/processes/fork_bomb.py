# Forks as often as it can.
# outcome: ok
import os
import time

children = 0
for _ in range(100):
    try:
        if os.fork() == 0:
            time.sleep(0.2)
            os._exit(0)
        children += 1
    except OSError:
        pass
if children:
    print("LEAK", children, "processes")
