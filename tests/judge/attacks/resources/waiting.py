# Waits for something that never comes: a pipe without writer, a lock, a signal.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import os
import signal

reader, writer = os.pipe()
signal.set_wakeup_fd(-1)
os.read(reader, 1)
