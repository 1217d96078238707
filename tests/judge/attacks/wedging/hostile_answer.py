# Answers with objects that fail or loop when looked at.
# outcome: wrong_answer|error|time_limit
# limits: wall=0.5
# judged: call
# control: none — nothing to achieve


class Hostile:
    def __repr__(self):
        raise SystemExit(0)

    __str__ = __iter__ = __len__ = __hash__ = __eq__ = __reduce__ = __repr__

    @property
    def __class__(self):
        raise KeyboardInterrupt


class Loop(dict):
    def __repr__(self):
        while True:
            pass

    items = keys = __iter__ = __repr__


class Endless:
    def __repr__(self):
        while True:
            pass


def answer(x):
    return {1: Hostile(), 2: [Hostile()], 3: Loop(a=1), 4: Endless()}.get(
        x if isinstance(x, int) else 0, {Hostile: Hostile()}
    )
