class Inventory:
    def __init__(self):
        self.counts = {}

    def add(self, name, count=1):
        self.counts[name] = self[name] + count

    def remove(self, name, count=1):
        if count > self[name]:
            raise KeyError(name)
        self.counts[name] -= count
        if self.counts[name] == 0:
            del self.counts[name]

    def __getitem__(self, name):
        return self.counts.get(name, 0)

    def __contains__(self, name):
        return name in self.counts

    def __len__(self):
        return len(self.counts)

    def __iter__(self):
        return iter(sorted(self.counts))

    def __add__(self, other):
        for name in other:
            self.add(name, other[name])
        return self
