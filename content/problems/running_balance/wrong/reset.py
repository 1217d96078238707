def running_balance(payments):
    balances = []
    for payment in payments:
        balance = 0
        balance += payment
        balances.append(balance)
    return balances
