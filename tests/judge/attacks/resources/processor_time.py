# Uses more processor time than allowed while there is wall time left.
# outcome: time_limit
# modes: strict
# limits: cpu=1 wall=6
import time

while time.process_time() < 2.6:
    pass
print("LEAK used", time.process_time(), "seconds")
