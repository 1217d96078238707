# Leaves locks on whatever is open.
# outcome: ok
# control: none — its own matter without a judge
import fcntl

for descriptor in range(6):
    for lock in (lambda fd: fcntl.flock(fd, fcntl.LOCK_EX), lambda fd: fcntl.lockf(fd, fcntl.LOCK_EX)):
        try:
            lock(descriptor)
        except OSError as error:
            print("refused:", error)
