# Aborts.
# outcome: crash
# control: none — its own matter without a judge
import os

os.abort()
