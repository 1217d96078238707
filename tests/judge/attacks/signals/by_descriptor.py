# Signals through a process descriptor.
# outcome: violation
import json
import os
import signal

pid = json.loads(input())["judge"]
descriptor = os.pidfd_open(pid)
signal.pidfd_send_signal(descriptor, signal.SIGUSR1)
print("LEAK signalled")
