# Reads environment, arguments and status of the judge, of its parent and of every process.
# outcome: ok
import json
import os

targets = json.loads(input())
for pid in (os.getppid(), targets["judge"], 1, "self"):
    for name in ("environ", "cmdline", "status", "cwd/x", "root/etc/passwd"):
        try:
            print("LEAK", open(f"/proc/{pid}/{name}", "rb").read())
        except OSError as error:
            print("refused:", error)
