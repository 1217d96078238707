def running_balance(payments):
    for place in range(1, len(payments)):
        payments[place] += payments[place - 1]
    return payments
