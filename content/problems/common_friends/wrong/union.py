def common_friends(first, second):
    return sorted(set(first) | set(second))
