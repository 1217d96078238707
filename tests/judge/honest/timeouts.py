# Limits itself by an alarm.
# prints:
#   stopped
import signal


def stop(number, frame):
    raise TimeoutError


signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True:
        pass
except TimeoutError:
    print("stopped")
