# Signals the judge's process.
# outcome: ok
import json
import os
import signal

pid = json.loads(input())["judge"]
for number in (0, signal.SIGUSR1):
    try:
        os.kill(pid, number)
        print("LEAK signalled")
    except OSError as error:
        print("refused:", error)
