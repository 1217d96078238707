import functools


def count_calls(function):
    @functools.wraps(function)
    def counted(*args, **kwargs):
        counted.calls += 1
        function(*args, **kwargs)

    counted.calls = 0
    return counted
