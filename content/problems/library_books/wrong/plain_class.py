class Book:
    def __init__(self, title, year, copies=1):
        self.title = title
        self.year = year
        self.copies = copies


def oldest_first(books):
    ordered = sorted(books, key=lambda book: (book.year, book.title))
    return [book.title for book in ordered]
