# Starts a thread where threads are not allowed.
# outcome: ok
# modes: strict
import threading

try:
    threading.Thread(target=print, args=("LEAK a thread",)).start()
except RuntimeError as error:
    print("refused:", error)
