"""Foreign documents → a zone: how a tree or a book is divided, and the files that say so.

What belongs here: making a content root out of documents. What does not: registering or chunking them.
"""
