# Hands the checker values that are awkward to handle: signalling NaN, zero denominators, impossible dates.
# outcome: wrong_answer|no_answer|checker_error|error
# judged: checker
# control: none — there is no checker
import os


def answer(x):
    values = b'["D","sNaN"],["Q","1","0"],["T","datetime","x"],["S",[["D","sNaN"]]],["T","timedelta","9999999999,0,0"]'
    os.write(3, b'["module",["ok",null]]\n["call",0,["ok",["l",[' + values + b']]],null,0,0]\n["end"]\n')
    os._exit(0)
