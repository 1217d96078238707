# Kills a process of the same user.
# outcome: ok
import json
import os
import signal

pid = json.loads(input())["bystander"]
for send in (os.kill, os.killpg):
    try:
        send(pid, signal.SIGKILL)
        print("LEAK killed")
    except OSError as error:
        print("refused:", error)
