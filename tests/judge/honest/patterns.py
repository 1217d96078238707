# Regular expressions.
# prints:
#   ['12', '7'] {'user': 'ada', 'host': 'example.org'}
#   X-X <b> ['a', 'b', 'c']
import re

match = re.fullmatch(r"(?P<user>\w+)@(?P<host>[\w.]+)", "ada@example.org")
print(re.findall(r"\d+", "12 apples, 7 pears"), match.groupdict())
print(re.sub(r"\d+", "X", "12-7"), re.search("<.+?>", "a <b> <c>")[0], re.split(r"[,;]\s*", "a, b;c"))
