# Exchanges the descriptors, so that what it prints becomes the answer.
# outcome: wrong_answer|no_answer|error
# judged: call
# control: none — there is no such channel
import os

os.dup2(3, 9)
os.dup2(1, 3)
os.dup2(9, 1)


def answer(x):
    print('["module",["ok",null]]\n["call",0,["ok",true],null,0,0]\n["end"]')
    return x
