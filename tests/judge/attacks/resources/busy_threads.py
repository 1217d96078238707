# Keeps many threads busy.
# outcome: time_limit
# modes: files
# limits: wall=0.2
# control: hangs
import threading


def loop():
    while True:
        pass


for _ in range(20):
    threading.Thread(target=loop).start()
