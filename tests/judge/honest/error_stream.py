# Says much on the error stream and warns; only the output counts.
# prints:
#   42
import logging
import sys
import warnings

print("thinking ...", file=sys.stderr)
warnings.warn("this is slow", stacklevel=1)
logging.warning("still thinking")
sys.stderr.write("\x1b[31mred\x1b[0m\n")
print(6 * 7)
