class Account:
    def __init__(self, owner):
        self.owner = owner
        self.balance = 0

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("an amount must be greater than 0")
        self.balance += amount
        return self.balance

    def withdraw(self, amount):
        if amount >= self.balance:
            raise ValueError("there is not enough money")
        self.balance -= amount
        return self.balance
