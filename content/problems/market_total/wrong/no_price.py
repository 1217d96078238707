def market_total(prices, basket):
    total = 0
    for name in basket:
        total += prices[name]
    return total
