# Watches its callers with a trace function and changes what they return.
# outcome: wrong_answer|error|no_answer
# judged: call
# control: none — the naive grader calls from one frame
import sys


def trace(frame, event, argument):
    frame.f_trace_lines = False
    for name in ("expected", "wanted", "test"):
        if name in frame.f_locals:
            print("LEAK", frame.f_locals[name])
    return trace


sys.settrace(trace)
sys.setprofile(trace)


def answer(x):
    frame = sys._getframe()
    while frame is not None:
        frame.f_trace = trace
        frame = frame.f_back
    return None
