# Leaves with a status of its own, after printing: that is an error, and the output is there.
# outcome: error
# prints:
#   checking
import sys

print("checking")
sys.exit(3)
