# Lists, dictionaries, sets, slices, comprehensions, unpacking, matching.
# prints:
#   [4, 3, 1] [1, 3, 4] [1, 3]
#   {'a': 1, 'b': 2} [('a', 1), ('b', 2)]
#   [1, 2, 3] {3} True
#   1 [2, 3] 4
#   point 1 2 | empty | other
numbers = [3, 1, 4]
print(sorted(numbers, reverse=True), sorted(numbers), sorted(numbers)[:-1])
table = {letter: index for index, letter in enumerate("ab", 1)}
print(table, list(table.items()))
print(sorted({1, 2} | {3}), {1, 3} & {3}, {1} <= {1, 2})
first, *middle, last = [1, 2, 3, 4]
print(first, middle, last)


def describe(value):
    match value:
        case {"x": x, "y": y}:
            return f"point {x} {y}"
        case []:
            return "empty"
        case _:
            return "other"


print(" | ".join(map(describe, [{"x": 1, "y": 2}, [], 5])))
