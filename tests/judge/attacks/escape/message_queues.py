# Uses the other kinds of inter-process communication: message queues, semaphores, POSIX queues.
# outcome: ok
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
kept = {
    "message queue": (libc.msgget(0, 0o1600), lambda number: libc.msgctl(number, 0, None)),
    "semaphores": (libc.semget(0, 1, 0o1600), lambda number: libc.semctl(number, 0, 0)),
    "shared memory": (libc.shmget(0, 4096, 0o1600), lambda number: libc.shmctl(number, 0, None)),
}
for name, (number, remove) in kept.items():
    if number >= 0:
        print("LEAK", name)
        remove(number)
