# random: seeded, the same everywhere.
# prints:
#   [0.6394267984578837, 0.025010755222666936]
#   [36, 32, 29]
#   ['c', 'b', 'a']
import random

random.seed(42)
print([random.random(), random.random()])
print([random.randint(1, 100) for _ in range(3)])
letters = ["a", "b", "c"]
random.Random(3).shuffle(letters)
print(sorted(letters, reverse=True))
