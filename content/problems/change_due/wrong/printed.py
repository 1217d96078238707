def change_due(paid, price, count):
    print(paid - price * count)
