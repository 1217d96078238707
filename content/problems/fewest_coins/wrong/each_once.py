def fewest_coins(amount, coins):
    if amount == 0:
        return 0
    if amount < 0 or not coins:
        return None
    without = fewest_coins(amount, coins[1:])
    with_it = fewest_coins(amount - coins[0], coins[1:])
    options = [n for n in (without, None if with_it is None else with_it + 1) if n is not None]
    return min(options, default=None)
