def change_due(paid, price, count):
    cost = price * count
    return paid - cost
