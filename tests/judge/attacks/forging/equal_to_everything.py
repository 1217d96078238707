# Answers with an object that says it equals everything.
# outcome: wrong_answer|error
# judged: call
# control: fools


class Everything:
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __len__ = lambda self: 2
    __getitem__ = __call__ = __getattr__ = lambda self, key: self
    __bool__ = lambda self: True
    __repr__ = __str__ = lambda self: ""


def answer(x):
    return Everything()
