# Leaves its request and streams readable for the next run.
# outcome: ok
# runs: 2
# control: none — every process of its own has streams of its own
import json
import os

marker = json.loads(input())["marker"].encode()
for descriptor in range(1, 64):
    try:
        if b"left:" + marker in os.pread(descriptor, 1 << 16, 0):
            print("LEAK descriptor", descriptor)
    except OSError:
        pass
for descriptor in (2, 3):
    os.pwrite(descriptor, b"left:" + marker + b"\n" if descriptor == 2 else b"", 100)
