# Replaces built-in functions for a while, as tests of one's own program do.
# prints:
#   call('hidden')
#   Ada
#   42 True
import builtins
from unittest.mock import patch

with patch("builtins.print") as printer:
    print("hidden")
print(printer.call_args)
with patch("builtins.input", return_value="Ada"):
    print(input("who? "))
builtins.answer = 42
print(answer, __builtins__ is builtins)  # noqa: F821 - a name of the line above
