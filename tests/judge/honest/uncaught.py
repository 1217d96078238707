# Fails with an exception that nobody catches: the output before it is there.
# outcome: error
# prints:
#   before
def divide(a, b):
    return a / b


print("before")
divide(1, 0)
print("after")
