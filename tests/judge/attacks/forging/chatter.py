# Floods both streams with warnings, logs and colours around a wrong answer.
# outcome: wrong_answer
# judged: call
# control: none — not a forgery by itself, it must only not help
import logging
import sys
import warnings

warnings.simplefilter("always")


def answer(x):
    for _ in range(20):
        warnings.warn("passed", stacklevel=1)
        logging.error("\x1b[32mPASSED\x1b[0m\r\x1b[2K")
        print("\x1b]0;passed\x07", file=sys.stderr)
    return None
