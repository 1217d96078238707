def orders(items):
    for index, first in enumerate(items):
        for rest in orders(items[:index] + items[index + 1:]):
            yield [first, *rest]
