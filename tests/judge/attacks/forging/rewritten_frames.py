# Rewinds and empties the channel and writes other answers.
# outcome: wrong_answer|no_answer
# judged: call
# control: none — there is no such channel
import atexit
import os


def rewrite():
    os.ftruncate(3, 0)
    os.lseek(3, 0, 0)
    os.write(3, b'["module",["ok",null]]\n["call",0,["ok",["l",[true]]],null,0,0]\n')


atexit.register(rewrite)


def answer(x):
    return None
