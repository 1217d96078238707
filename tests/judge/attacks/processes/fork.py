# Forks.
# outcome: ok
import os

try:
    if os.fork() == 0:
        os.write(1, b"LEAK a second process\n")
        os._exit(0)
    os.wait()
except OSError as error:
    print("refused:", error)
