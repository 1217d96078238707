"""Content files → zones, topics, subtopics, documents → chunks.

Here: the content model and its validation, one reader per source format, the chunker, the importer of
foreign document trees, and the rows they become. Not here: anything that needs a vector.
"""
