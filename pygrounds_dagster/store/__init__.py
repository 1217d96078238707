"""The system of record: PostgreSQL with pgvector.

Here: the embedded server, connection pools and their budget, migrations, named queries, memoisation of
steps and their progress. Not here: the SQL of a room, which lies in that room's ``queries.sql``.
"""
