# Reads the request of its own run again, where the tests of its own call stand.
# outcome: ok
# control: none — there is no request
import os

for descriptor in (4, 5, 6):
    try:
        print("LEAK", os.pread(descriptor, 1000, 0))
    except OSError as error:
        print("refused:", error)
