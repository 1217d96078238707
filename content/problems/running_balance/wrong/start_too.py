def running_balance(payments):
    balances = [0]
    for payment in payments:
        balances.append(balances[-1] + payment)
    return balances
