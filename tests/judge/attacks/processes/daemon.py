# Leaves a process behind that survives the run: forks twice and starts a session.
# outcome: ok
import json
import os
import time

canary = json.loads(input())["canaries"] + "/daemon"
try:
    os.setsid()
    print("LEAK a session of its own")
except OSError as error:
    print("refused:", error)
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(0.1)
            open(canary, "w").close()
        os._exit(0)
    os.wait()
    time.sleep(0.3)
except OSError as error:
    print("refused:", error)
