def orders(items):
    def fill(place):
        if place == len(items):
            yield items
        for index in range(place, len(items)):
            items[place], items[index] = items[index], items[place]
            yield from fill(place + 1)
            items[place], items[index] = items[index], items[place]

    yield from fill(0)
