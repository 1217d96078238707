# Dies of a rare signal.
# outcome: crash
# control: none — its own matter without a judge
import os

os.kill(os.getpid(), 64)
