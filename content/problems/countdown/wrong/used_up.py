class Countdown:
    def __init__(self, start):
        if start < 0:
            raise ValueError("a countdown cannot start below 0")
        self.start = start
        self.number = start + 1

    def __iter__(self):
        return self

    def __next__(self):
        self.number -= 1
        if self.number < 1:
            raise StopIteration
        return self.number

    def __len__(self):
        return self.start

    def __contains__(self, number):
        return number in range(1, self.start + 1)
