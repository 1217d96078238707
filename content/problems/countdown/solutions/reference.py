class Countdown:
    def __init__(self, start):
        if start < 0:
            raise ValueError("a countdown cannot start below 0")
        self.start = start

    def __iter__(self):
        number = self.start
        while number > 0:
            yield number
            number -= 1

    def __len__(self):
        return self.start

    def __contains__(self, number):
        return number in range(1, self.start + 1)
