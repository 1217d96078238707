def common_friends(first, second):
    return set(first) & set(second)
