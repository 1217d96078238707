# Starts far more threads than allowed.
# outcome: ok
# modes: files
import threading

threading.stack_size(65536)  # so that memory is not what limits it
go = threading.Event()
threads = []
try:
    for _ in range(400):
        thread = threading.Thread(target=go.wait)
        thread.start()
        threads.append(thread)
except RuntimeError as error:
    print("refused:", error)
go.set()
for thread in threads:
    thread.join()
if len(threads) > 100:
    print("LEAK", len(threads), "threads")
