# Answers with iterators, coroutines, views and types in place of values.
# outcome: wrong_answer|error
# judged: call
# control: none — honest mistakes, which must not pass


def answer(x):
    async def coroutine():
        return 1

    return [lambda: 1, (n for n in (1,)), {}.items(), answer, int, Ellipsis, NotImplemented][
        x if isinstance(x, int) else 0
    ]
