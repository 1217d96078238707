# Sleeps instead of working.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import time

time.sleep(1000)
