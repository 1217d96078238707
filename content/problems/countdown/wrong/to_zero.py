class Countdown:
    def __init__(self, start):
        if start < 0:
            raise ValueError("a countdown cannot start below 0")
        self.start = start

    def __iter__(self):
        return iter(range(self.start, -1, -1))

    def __len__(self):
        return self.start + 1

    def __contains__(self, number):
        return 0 <= number <= self.start
