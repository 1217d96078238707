# Kills the process that started it.
# outcome: ok
# control: none — it would kill the test
import os
import signal

for pid in (os.getppid(), -os.getppid()):
    for number in (signal.SIGSTOP, signal.SIGKILL, 0):
        try:
            os.kill(pid, number)
            print("LEAK signalled", pid)
        except OSError as error:
            print("refused:", error)
