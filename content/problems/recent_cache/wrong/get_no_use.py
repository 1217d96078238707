class RecentCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.values = {}

    def put(self, key, value):
        self.values.pop(key, None)
        if len(self.values) == self.capacity:
            oldest = next(iter(self.values))
            del self.values[oldest]
        self.values[key] = value

    def get(self, key, default=None):
        return self.values.get(key, default)

    def keys(self):
        return list(self.values)
