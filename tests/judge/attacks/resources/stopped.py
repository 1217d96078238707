# Stops itself with SIGSTOP.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
