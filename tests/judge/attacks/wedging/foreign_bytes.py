# Prints bytes that are no text, control characters and escape sequences.
# outcome: ok
# control: none — its own matter without a judge
import os

for descriptor in (1, 2):
    os.write(descriptor, bytes(range(256)) * 100 + b"\xff\xfe\xed\xa0\x80\xf4\x90\x80\x80\x1b[2J\x1b]0;x\x07")
