# Hands the test's own checker a value that cannot exist.
# outcome: wrong_answer|no_answer|checker_error|error
# judged: checker
# control: none — there is no such channel
import os


def answer(x):
    os.write(
        3, b'["module",["ok",null]]\n["call",0,["ok",["d",[[["l",[]],1],[["l",[]],2]]]],null,0,0]\n["end"]\n'
    )
    os._exit(0)
