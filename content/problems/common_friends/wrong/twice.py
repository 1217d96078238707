def common_friends(first, second):
    return sorted(name for name in first if name in second)
