# Ends while a thread of it still runs, which writes again and again.
# outcome: time_limit
# modes: files
# limits: wall=0.2
# control: hangs
import sys
import threading
import time


def write():
    while True:
        sys.stdout.write("x")
        time.sleep(0.01)


threading.Thread(target=write).start()
