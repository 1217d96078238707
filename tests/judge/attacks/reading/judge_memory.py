# Searches the memory of the judge's process for the secret.
# outcome: ok
import json
import os
import re

targets = json.loads(input())
for pid in (targets["judge"], os.getppid()):
    try:
        maps = open(f"/proc/{pid}/maps").read()
        memory = open(f"/proc/{pid}/mem", "rb", 0)
    except OSError as error:
        print("refused:", error)
        continue
    print("LEAK memory of", pid, "is open")
    for low, high in re.findall(r"^(\w+)-(\w+) rw", maps, re.M):
        memory.seek(int(low, 16))
        found = re.search(rb"pygrounds-[0-9a-f]{24}", memory.read(min(int(high, 16) - int(low, 16), 1 << 24)))
        if found:
            print(found[0])
            break
