# Writes hundreds of thousands of frames.
# outcome: no_answer|output_limit
# control: none — there is no such channel
import os

os.write(3, b'["end"]\n' * 120_000)
