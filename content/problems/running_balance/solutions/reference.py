def running_balance(payments):
    balances = []
    balance = 0
    for payment in payments:
        balance += payment
        balances.append(balance)
    return balances
