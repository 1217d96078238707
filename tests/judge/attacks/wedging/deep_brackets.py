# Writes a hundred thousand brackets into the channel.
# outcome: no_answer
# control: none — there is no such channel
import os

os.write(3, b"[" * 100_000 + b"]" * 100_000 + b"\n")
