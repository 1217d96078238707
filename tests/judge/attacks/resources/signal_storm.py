# Sends itself signals without end.
# outcome: time_limit|no_answer|error
# limits: wall=0.2
# control: none — some interpreters end of it by themselves
import os
import signal


def again(number, frame):
    os.kill(os.getpid(), number)


signal.signal(signal.SIGUSR1, again)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
signal.signal(signal.SIGALRM, again)
while True:
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
    except RecursionError:
        pass
