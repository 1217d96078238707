# Lets the harness answer and adds a better answer behind it.
# outcome: wrong_answer|no_answer
# judged: call
# control: none — there is no such channel
import atexit
import os


def better():
    os.write(3, b'["call",0,["ok",true],null,0,0]\n["end"]\n{"passed": true}\n')


atexit.register(better)


def answer(x):
    return None
