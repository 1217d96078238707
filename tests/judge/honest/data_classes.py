# dataclasses, enum, typing, abc.
# prints:
#   Item(name='pen', price=1.5, tags=[]) {'name': 'pen', 'price': 1.5, 'tags': []}
#   [Level.LOW, Level.HIGH] 2 Level.HIGH
#   cannot assign to field 'x'
#   4 Can't instantiate
import abc
import enum
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import Generic, NamedTuple, Protocol, TypeVar


@dataclass(order=True)
class Item:
    name: str
    price: float
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    x: int


class Level(enum.Enum):
    LOW = 1
    HIGH = 2


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


class Square(Shape):
    def area(self):
        return 4


item = Item("pen", 1.5)
print(item, asdict(replace(item)))
print(
    [Level(number) for number in (1, 2)].__str__().replace("<", "").replace(": 1>", "").replace(": 2>", ""),
    Level.HIGH.value,
    Level["HIGH"],
)
try:
    Point(1).x = 2
except FrozenInstanceError as error:
    print(error)
try:
    Shape()
except TypeError as error:
    print(Square().area(), str(error)[:17])
