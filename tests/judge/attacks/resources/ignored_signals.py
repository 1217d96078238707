# Ignores every signal, that of the processor limit too, and goes on.
# outcome: time_limit
# control: none — as that of processor_time
# modes: strict
# limits: cpu=1 wall=6
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while time.process_time() < 2.6:
    pass
print("LEAK used", time.process_time(), "seconds")
