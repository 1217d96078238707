# Opens descriptors until there are no more.
# outcome: ok
import os

kept = []
try:
    for _ in range(1000):
        kept.append(os.dup(0))
except OSError as error:
    print("refused:", error)
if len(kept) > 64:
    print("LEAK", len(kept), "descriptors")
