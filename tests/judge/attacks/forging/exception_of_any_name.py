# Raises an exception whose type, name and text pretend to be all others.
# outcome: wrong_answer|error|no_answer
# judged: call
# control: none — the naive grader expects values


class Anything(type):
    __name__ = __qualname__ = "ValueError"

    def __instancecheck__(cls, instance):
        return True

    def __subclasscheck__(cls, subclass):
        return True

    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__


class Text(str):
    __slots__ = ()

    def __contains__(self, part):
        return True

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class ValueError(Exception, metaclass=Anything):
    def __str__(self):
        return Text("anything")

    args = property(lambda self: (Text("anything"),))


def answer(x):
    raise ValueError
