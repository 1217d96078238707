def change_due(paid, price, count):
    return paid - price
