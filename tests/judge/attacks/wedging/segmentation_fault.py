# Reads address zero.
# outcome: crash
# control: none — its own matter without a judge
import ctypes

ctypes.string_at(0)
