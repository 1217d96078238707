# Hangs in a function called at the end.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import atexit
import time

atexit.register(time.sleep, 1000)
