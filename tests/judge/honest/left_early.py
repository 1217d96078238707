# Leaves by the names of the interactive interpreter, after asking for help.
# prints:
#   Help on built-in function abs in module builtins:
#   True
#   bye
import contextlib
import io

with contextlib.redirect_stdout(io.StringIO()) as shown:
    help(abs)
print(shown.getvalue().splitlines()[0])
try:
    quit(3)
except SystemExit as error:
    print(error.code == 3)
print("bye")
exit()
