def market_total(prices, basket):
    return sum(prices.values())
