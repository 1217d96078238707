# Raises an error that fails whenever it is looked at.
# outcome: error
# control: none — its own matter without a judge


class Hostile(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__

    def __getattribute__(self, name):
        raise MemoryError if name == "__dict__" else self

    args = property(__str__)


raise Hostile
