# Changes modules, built-ins, caches and settings for the next run.
# outcome: ok
# runs: 2
# control: none — every process of its own starts anew
import builtins
import json
import os
import random
import re
import sys

marker = "left_" + json.loads(input())["marker"]
if hasattr(builtins, marker) or hasattr(json, marker) or marker in sys.modules or marker in os.environ:
    print("LEAK something is left")
if os.umask(0o777) == 0o777 or sys.getrecursionlimit() == 5432 or json.loads("1") != 1:
    print("LEAK settings are left")
setattr(builtins, marker, 1)
setattr(json, marker, 1)
sys.modules[marker] = sys
os.environ[marker] = "1"
sys.setrecursionlimit(5432)
re._cache = {}
random.seed(1)
json.loads = lambda text: None
