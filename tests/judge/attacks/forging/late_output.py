# Rewrites what it has printed, when the call is over.
# outcome: wrong_answer
# judged: script
# control: none — output of a test is a pipe
import atexit
import os

print("wrong")


def rewrite():
    os.ftruncate(1, 0)
    os.lseek(1, 0, 0)
    os.write(1, b"still wrong\n")


atexit.register(rewrite)
result = None
