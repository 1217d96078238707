class Rectangle:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height

    def describe(self):
        return f"{type(self).__name__} of area {self.area()}"


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side

    def describe(self):
        return f"Square of area {self.area()}"


class Triangle(Rectangle):
    def area(self):
        return super().area() / 2
