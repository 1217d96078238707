# Writes a report "ended well" to every descriptor, then loops.
# outcome: time_limit
# limits: wall=0.2
# control: none — there is no report
import os
import struct

report = struct.pack("<I5Q", 0, 0, 1, 1, 1, 0)
for descriptor in range(4, 200):
    try:
        os.write(descriptor, report)
    except OSError:
        pass
while True:
    pass
