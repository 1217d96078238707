# Leaves with status 0 instead of answering.
# outcome: error|wrong_answer
# judged: call
# control: fools
import sys


def answer(x):
    sys.exit(0)
