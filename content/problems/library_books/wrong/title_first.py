from dataclasses import dataclass


@dataclass(frozen=True)
class Book:
    title: str
    year: int
    copies: int = 1


def oldest_first(books):
    return sorted(book.title for book in books)
