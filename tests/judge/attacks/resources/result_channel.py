# Fills the channel of the answers.
# outcome: output_limit|no_answer
# control: none — there is no such channel
import os

written = 0
try:
    while written < 1 << 30:
        written += os.write(3, b"x" * 65536)
except OSError as error:
    print("refused:", error)
if written > 40 << 20:
    print("LEAK wrote", written)
