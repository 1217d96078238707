import functools


def count_calls(function):
    @functools.wraps(function)
    def counted(*args, **kwargs):
        result = function(*args, **kwargs)
        counted.calls += 1
        return result

    counted.calls = 0
    return counted
