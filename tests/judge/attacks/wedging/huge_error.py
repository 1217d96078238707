# Raises an error with a text of fifty million characters and an endless chain of causes.
# outcome: error|memory_limit
# limits: wall=30
# control: none — its own matter without a judge
error = None
for number in range(3000):
    following = ValueError("x" * 1000)
    following.__cause__ = error
    error = following
error.args = ("x" * 50_000_000,)
raise error
