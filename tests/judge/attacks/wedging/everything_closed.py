# Closes every descriptor, its own channel too.
# outcome: no_answer
# control: none — its own matter without a judge
import os

os.closerange(0, 100)
