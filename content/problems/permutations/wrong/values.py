def orders(items):
    if not items:
        yield []
    for first in items:
        rest_items = [item for item in items if item != first]
        for rest in orders(rest_items):
            yield [first, *rest]
