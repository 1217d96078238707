# Uses more processor time than allowed while there is wall time left.
# outcome: time_limit
# modes: strict
# limits: cpu=1 wall=30
import time

while time.process_time() < 1.5:
    pass
print("LEAK used", time.process_time(), "seconds")
