"""What assets say of the tables they write: names and columns, compared with the database by a test."""

from typing import Any

import dagster as dg

_TABLES = {
    "subtopic": """
        subtopic_key     text        partition key, zone.topic.subtopic
        topic_key        text        zone.topic
        title            text        for people; may change
        position         integer     order within the topic
        difficulty       text        beginner, intermediate, advanced or master
        prerequisites    text[]      partition keys to know before
        objectives       text[]      what a learner can do after
        concept_intent   text        what it means, in words
        code_intent      text        what its code does, in words
        content_root     text        content root of its file
        source_path      text        its own file
        content_hash     text        of front matter and list of sources
        error            text        why its file is not valid now
        registered_at    timestamptz first seen
        retired_at       timestamptz its file was deleted
    """,
    "document": """
        document_id      text        hash of subtopic, path and section
        subtopic_key     text        partition key
        path             text        relative to the content root
        section          text        part of the file; empty for all of it
        title            text        its title
        format           text        suffix without the dot
        byte_size        bigint      of the file
        content_hash     text        SHA-256 of the bytes
        chunked_hash     text        content and chunker of the chunks stored now
        error            text        why it cannot be used
        registered_at    timestamptz first seen
        retired_at       timestamptz no longer a source
    """,
    "chunk": """
        chunk_id         text        hash of subtopic, document, ordinal, span, type, text
        document_id      text        where it comes from
        subtopic_key     text        partition key
        ordinal          integer     place in the document
        chunk_type       text        Concept, Code, Example, Exercise or Try_It
        kind             text        concept or code: which encoder and ranking
        heading_path     text[]      headings down to it
        line_start       integer     first line in the source
        line_end         integer     last line in the source
        page_start       integer     first page, for PDF
        page_end         integer     last page, for PDF
        text             text        the source, byte for byte
        expected_output  text        what its code is shown to print
        embedding_text   text        what the encoder sees
        embedding_hash   text        key under which that is encoded once
        tokens           integer     word pieces of it
        created_at       timestamptz first stored
        retired_at       timestamptz kept for provenance, out of search
    """,
    "subtopic_intent": """
        subtopic_key     text        partition key
        kind             text        concept or code
        embedding_hash   text        of the intent's text
        model_id         text        encoder
    """,
    "ranking": """
        subtopic_key     text        partition key
        kind             text        concept or code
        scope            text        own chunks, or the whole corpus
        rank             integer     from 1
        chunk_id         text        the chunk
        chunk_type       text        its type
        similarity       real        to the intent
        centrality       real        to the subtopic's other chunks
        score            real        both, weighted
        model_id         text        encoder
    """,
    "problem": """
        problem_id       text        partition key
        title            text        for people; may change
        difficulty       text        beginner, intermediate, advanced or master
        topics           text[]      subtopics it trains, the most important first
        path             text        its folder
        content_root     text        content root of its folder
        content_hash     text        of its files; none where they are not right
        report           jsonb       what the last proof found
        verified_hash    text        content that the report is about
        verified_at      timestamptz when it was proven
        error            text        what does not hold, or is wrong with its files
        registered_at    timestamptz first seen
        retired_at       timestamptz its folder was deleted
    """,
    "question": """
        question_id      uuid        ordered by time
        game_type        text        the game that it is for
        subtopic_key     text        partition key
        subtopics        text[]      what it is about, 1 to 3, the partition first
        difficulty       text        beginner, intermediate, advanced or master; estimated
        features         jsonb       what the estimate rests on
        body             jsonb       the fields of its game type
        generator        text        template or llm
        model            text        the model's name
        prompt_version   text        content hash of the prompt
        chunk_ids        text[]      chunks that it was made from
        problem_id       text        problem that it was made from
        seed             bigint      of the choices that made it
        verification     jsonb       the proof: tests, hash seeds, mutants, judge tier
        content_key      text        equal for the same question in other names
        signature        bigint[]    MinHash of its tokens
        meaning          vector      of its wording, where wordings differ
        session_id       uuid        generation session that asked for it
        run_id           text        Dagster run that made it
        state            text        live, flagged, withdrawn or retired
        state_reason     text        why it is not live
        created_at       timestamptz when it was stored
        verified_at      timestamptz when it last held
    """,
    "course": """
        course_id        text        its id
        title            text        for people; may change
        position         integer     place among the courses
        difficulty       text        beginner, intermediate, advanced or master
        description      text        what one learns in it
        path             text        its course.yaml
        content_root     text        content root of its folder
        content_hash     text        of course.yaml
        error            text        why course.yaml is not right now
        registered_at    timestamptz first seen
        retired_at       timestamptz its folder was deleted
    """,
    "lesson": """
        lesson_id        text        its id
        course_id        text        its course
        position         integer     place in the course, from 1
        title            text        for people; may change
        description      text        what is built in it
        subtopics        text[]      what it practises, the most important first
        steps            jsonb       in order, with expected code and tests
        path             text        its file
        content_hash     text        of the file
        report           jsonb       what the last proof found
        verified_hash    text        content that the report is about
        verified_at      timestamptz when it was proven
        error            text        why its file is not right now
        registered_at    timestamptz first seen
        retired_at       timestamptz no course lists it any more
    """,
    "coverage": """
        subtopic_key     text        the subtopic
        kind             text        concept or code
        chunks           integer     chunks of that kind
        above_threshold  integer     of them close enough to the intent
        threshold        real        how close that is
        own_first        boolean     its best chunk of the corpus is its own
        gaps             text[]      what is missing
    """,
    "content_check": """
        subtopic_key     text        partition key
        page_hash        text        of the page and the code that checked it
        words            integer     code and output counted
        prose_words      integer     without headings and code
        reading_grade    real        Flesch-Kincaid
        programs         integer     blocks run in the judge
        raising          integer     of them, those that end in an error on purpose
        elsewhere        integer     blocks that cannot run there
        terms            integer     of the glossary
        variations       integer     of "What happens if"
        mistakes         integer     messages of Python that are named
        tasks            integer     to try
        objectives       integer     that the page promises
        objectives_covered integer   of them, those that code shows
        links            integer     to files, headings, subtopics, the web
        nearest_key      text        the most similar other subtopic
        nearest_similarity real      how similar
        errors           integer     findings that are false or broken
        warnings         integer     findings that a good page would not have
        findings         jsonb       rule, level, line, what, mend
        runs             jsonb       line of each program, how it ended, whether as shown
        checked_at       timestamptz when it was checked
    """,
    "embedding": """
        embedding_hash   text        of the text
        runtime          text        how the encoder was run
        vector           vector      of unit length
    """,
}


def table_schema(table: str) -> dg.TableSchema:
    """Columns of a table, with types and meaning."""
    rows = [line.split(maxsplit=2) for line in _TABLES[table].strip().splitlines()]
    return dg.TableSchema(
        columns=[dg.TableColumn(name, type=kind, description=text) for name, kind, text in rows]
    )


def table_metadata(table: str, shown_name: str | None = None) -> dict[str, Any]:
    """Definition metadata of an asset that writes a table of the knowledge base.

    Args:
        table: its name here.
        shown_name: its name in the database, where there are several of the kind.
    """
    return {
        "dagster/table_name": f"pygrounds.public.{shown_name or table}",
        "dagster/column_schema": table_schema(table),
    }
