# Starts pools of processes.
# outcome: ok
import os

try:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as pool:
        print("LEAK", [pid for pid in pool.map(os.path.getsize, ["/", "/"], timeout=2)])
except (OSError, ImportError, NotImplementedError) as error:
    print("refused:", error)
