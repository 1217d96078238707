# Raises an error whose text takes for ever to make.
# outcome: time_limit
# limits: wall=0.2
# control: hangs


class Endless(Exception):
    def __str__(self):
        while True:
            pass


raise Endless
