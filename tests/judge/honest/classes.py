# A class with properties, inheritance, operators and a class method.
# prints:
#   Stack([1, 2]) 2 True
#   empty
#   [3] Bounded
class Stack:
    def __init__(self, items=()):
        self._items = list(items)

    @classmethod
    def of(cls, *items):
        return cls(items)

    @property
    def top(self):
        return self._items[-1]

    def pop(self):
        if not self._items:
            raise IndexError("empty")
        return self._items.pop()

    def __repr__(self):
        return f"{type(self).__name__}({self._items})"

    def __eq__(self, other):
        return isinstance(other, Stack) and self._items == other._items


class Bounded(Stack):
    pass


stack = Stack.of(1, 2)
print(stack, stack.top, stack == Stack([1, 2]))
try:
    Stack().pop()
except IndexError as error:
    print(error)
print(Bounded([3])._items, Bounded.__name__)
