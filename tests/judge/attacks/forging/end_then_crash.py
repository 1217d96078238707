# Answers, says that it is done, and dies of a signal.
# outcome: crash
# judged: call
# control: none — there is no such channel
import os
import signal


def answer(x):
    os.write(3, b'["call",0,["ok",true],null,0,0]\n["end"]\n')
    os.kill(os.getpid(), signal.SIGSEGV)
