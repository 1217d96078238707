# Writes to the error stream without end, past every exception.
# outcome: output_limit|time_limit
# limits: wall=5
import os

written = 0
for _ in range(20_000):
    try:
        written += os.write(2, b"x" * 4096)
    except OSError:
        break
if written > 40 << 20:
    print("\nLEAK wrote", written)
