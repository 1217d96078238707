# Reads its input line by line, to the end, and asks with a prompt.
# stdin:
#   Ada
#   3 4
#   5
#   6
# prints:
#   name? Hello, Ada!
#   7
#   11
#   end
import sys

name = input("name? ")
print(f"Hello, {name}!")
print(sum(map(int, input().split())))
print(sum(int(line) for line in sys.stdin))
try:
    input()
except EOFError:
    print("end")
