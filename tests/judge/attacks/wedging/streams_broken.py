# Replaces the streams by objects that fail at everything.
# outcome: ok|error|no_answer
# control: none — its own matter without a judge
import sys


class Broken:
    def __getattribute__(self, name):
        raise RuntimeError(name)


sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = Broken()
