# threading, locks, queues, thread pools, timers.
# modes: files
# prints:
#   4000
#   [0, 1, 4, 9]
#   ['x', 'y']
#   tick
#   thread
import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

count = 0
lock = threading.Lock()


def work():
    global count
    for _ in range(1000):
        with lock:
            count += 1


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda x: x * x, range(4))))
channel = queue.Queue()
threading.Thread(target=lambda: [channel.put(letter) for letter in "xy"]).start()
print([channel.get(timeout=2) for _ in range(2)])
timer = threading.Timer(0.01, print, ["tick"])
timer.start()
timer.join()
print(asyncio.run(asyncio.to_thread(lambda: "thread")))
