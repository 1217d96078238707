# Signals through a process descriptor.
# outcome: violation
import json
import os
import signal

pid = json.loads(input())["judge"]
try:
    descriptor = os.pidfd_open(pid)
except OSError as error:
    print("refused:", error)
    descriptor = 1
signal.pidfd_send_signal(descriptor, signal.SIGUSR1)
print("LEAK signalled")
