# Leaves timers and handlers that would hit the next run.
# outcome: crash|ok
# runs: 2
# control: none — every process of its own has timers of its own
import signal

left = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
if left != (signal.SIG_DFL, (0.0, 0.0)):
    print("LEAK", left)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.2)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
