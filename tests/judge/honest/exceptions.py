# Own exceptions, chaining, finally, context managers, groups, notes.
# prints:
#   opening
#   closing
#   caught InsufficientFunds: 5 missing
#   cause: KeyError('k')
#   finally
#   [1, 'two']
import contextlib


class InsufficientFunds(Exception):
    def __init__(self, missing):
        super().__init__(f"{missing} missing")


@contextlib.contextmanager
def resource():
    print("opening")
    try:
        yield
    finally:
        print("closing")


try:
    with resource():
        raise InsufficientFunds(5)
except InsufficientFunds as error:
    print(f"caught {type(error).__name__}: {error}")
try:
    try:
        {}["k"]
    except KeyError as error:
        raise RuntimeError from error
except RuntimeError as error:
    print("cause:", repr(error.__cause__))
finally:
    print("finally")
found = []
try:
    raise ExceptionGroup("both", [ValueError(1), TypeError("two")])
except* ValueError as group:
    found += group.exceptions[0].args
except* TypeError as group:
    found += group.exceptions[0].args
print(found)
