# Makes its streams look huge without writing: seeks far and truncates upwards.
# outcome: ok|output_limit
# control: none — streams of a test are pipes
import os

for descriptor in (1, 2, 3):
    try:
        os.ftruncate(descriptor, 1 << 40)
        print("LEAK grew", descriptor)
    except OSError as error:
        os.write(2, str(error).encode())
