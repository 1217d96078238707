# Hangs while its objects are destroyed.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import time


class Slow:
    def __del__(self):
        while True:
            time.sleep(1)


slow = Slow()
del slow
