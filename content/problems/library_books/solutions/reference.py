from dataclasses import dataclass


@dataclass(frozen=True)
class Book:
    title: str
    year: int
    copies: int = 1


def oldest_first(books):
    ordered = sorted(books, key=lambda book: (book.year, book.title))
    return [book.title for book in ordered]
