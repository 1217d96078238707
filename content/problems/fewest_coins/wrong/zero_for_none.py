def fewest_coins(amount, coins):
    fewest = {0: 0}
    for total in range(1, amount + 1):
        options = [fewest[total - coin] for coin in coins if total - coin in fewest]
        if options:
            fewest[total] = min(options) + 1
    return fewest.get(amount, 0)
