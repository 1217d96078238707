# Leaves with status 0 before anything is asked.
# outcome: error
# judged: call
# control: fools
import sys

sys.exit(0)
