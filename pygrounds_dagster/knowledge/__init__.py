"""Chunks → embeddings → rankings → indexes → search.

Here: encoders, what is stored of them, how chunks are ordered for a subtopic, the FAISS artefacts and the
search over them. Not here: reading documents, Dagster, HTTP.
"""
