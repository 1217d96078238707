# Imports everything there is, and much that is not.
# outcome: ok|memory_limit|time_limit
# limits: wall=3
# control: none — nothing forbidden, only much
import sys

for name in sorted(sys.stdlib_module_names - {"this", "antigravity", "idlelib", "turtledemo"}):
    try:
        __import__(name)
    except (ImportError, OSError, AttributeError):
        pass
for number in range(1000):
    try:
        __import__(f"missing{number}")
    except ImportError:
        pass
