-- The road from content to rankings.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE zone (
    zone_key    text PRIMARY KEY,
    title       text NOT NULL,
    description text NOT NULL DEFAULT '',
    position    int  NOT NULL,
    content_root text NOT NULL,
    retired_at  timestamptz
);

CREATE TABLE topic (
    topic_key   text PRIMARY KEY,                     -- zone.topic
    zone_key    text NOT NULL REFERENCES zone,
    title       text NOT NULL,
    description text NOT NULL DEFAULT '',
    position    int  NOT NULL,
    retired_at  timestamptz
);

CREATE TABLE subtopic (
    subtopic_key   text PRIMARY KEY,                  -- zone.topic.subtopic: the partition key
    topic_key      text NOT NULL REFERENCES topic,
    title          text NOT NULL,
    position       int  NOT NULL,
    difficulty     text NOT NULL CHECK (difficulty IN ('beginner', 'intermediate', 'advanced', 'master')),
    prerequisites  text[] NOT NULL DEFAULT '{}',
    objectives     text[] NOT NULL DEFAULT '{}',
    concept_intent text NOT NULL,
    code_intent    text NOT NULL,
    content_root   text NOT NULL,                     -- absolute; the paths of its documents begin here
    source_path    text NOT NULL,                     -- the subtopic's own file, absolute
    content_hash   text NOT NULL,                     -- of front matter and the list of sources
    error          text,                              -- why its file is not valid; the last good values stay
    registered_at  timestamptz NOT NULL DEFAULT now(),
    retired_at     timestamptz
);
CREATE INDEX ON subtopic (topic_key);

CREATE TABLE document (
    document_id  text PRIMARY KEY,                    -- hash of subtopic, path and section
    subtopic_key text NOT NULL REFERENCES subtopic,
    path         text NOT NULL,                       -- relative to the content root
    section      text NOT NULL DEFAULT '',            -- e.g. pages=12-40: only a part of the file; '' is all
    title        text NOT NULL DEFAULT '',
    format       text NOT NULL DEFAULT '',
    byte_size    bigint NOT NULL DEFAULT 0,
    content_hash text NOT NULL DEFAULT '',            -- SHA-256 of the bytes
    chunked_hash text NOT NULL DEFAULT '',            -- content and chunker of the chunks stored now
    error        text,
    registered_at timestamptz NOT NULL DEFAULT now(),
    retired_at   timestamptz,
    UNIQUE (subtopic_key, path, section)
);

CREATE TABLE chunk (
    chunk_id        text PRIMARY KEY,                 -- hash of document, type, text, output, embedding text
    document_id     text NOT NULL REFERENCES document,
    subtopic_key    text NOT NULL REFERENCES subtopic,
    ordinal         int  NOT NULL,
    chunk_type      text NOT NULL CHECK (chunk_type IN ('Concept', 'Code', 'Example', 'Exercise', 'Try_It')),
    kind            text NOT NULL CHECK (kind IN ('concept', 'code')),
    heading_path    text[] NOT NULL,
    line_start      int  NOT NULL,
    line_end        int  NOT NULL,
    page_start      int,
    page_end        int,
    text            text NOT NULL,
    expected_output text,
    embedding_text  text NOT NULL,
    embedding_hash  text NOT NULL,
    tokens          int  NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    retired_at      timestamptz                       -- kept for provenance, out of search
);
CREATE INDEX chunk_live ON chunk (subtopic_key, document_id, ordinal) WHERE retired_at IS NULL;
CREATE INDEX chunk_embedding_hash ON chunk (embedding_hash);

CREATE TABLE embedding_model (
    model_id   text PRIMARY KEY,
    name       text NOT NULL,
    revision   text NOT NULL,
    dimension  int  NOT NULL,
    pooling    text NOT NULL,
    table_name text NOT NULL UNIQUE,                  -- one table per model: embedding_<model_id>
    registered_at timestamptz NOT NULL DEFAULT now()
);
-- Each table named there: (embedding_hash text PRIMARY KEY, runtime text NOT NULL, vector vector(dimension) NOT NULL)

CREATE TABLE subtopic_intent (
    subtopic_key   text NOT NULL REFERENCES subtopic,
    kind           text NOT NULL CHECK (kind IN ('concept', 'code')),
    embedding_hash text NOT NULL,
    model_id       text NOT NULL REFERENCES embedding_model,
    PRIMARY KEY (subtopic_key, kind)
);

CREATE TABLE ranking (
    subtopic_key text NOT NULL REFERENCES subtopic,
    kind         text NOT NULL CHECK (kind IN ('concept', 'code')),
    scope        text NOT NULL CHECK (scope IN ('own', 'corpus')),
    rank         int  NOT NULL,
    chunk_id     text NOT NULL REFERENCES chunk,
    chunk_type   text NOT NULL,
    similarity   real NOT NULL,
    centrality   real NOT NULL,
    score        real NOT NULL,
    model_id     text NOT NULL REFERENCES embedding_model,
    PRIMARY KEY (subtopic_key, kind, scope, rank)
);
CREATE INDEX ON ranking (chunk_id);

CREATE TABLE coverage (
    subtopic_key    text NOT NULL REFERENCES subtopic,
    kind            text NOT NULL CHECK (kind IN ('concept', 'code')),
    chunks          int  NOT NULL,
    above_threshold int  NOT NULL,
    threshold       real NOT NULL,
    own_first       boolean NOT NULL,                 -- its best chunk in the corpus is its own
    gaps            text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (subtopic_key, kind)
);

CREATE TABLE step_state (                             -- memoisation: what each step last finished
    step         text NOT NULL,
    subtopic_key text NOT NULL,
    fingerprint  text NOT NULL,                       -- code version and inputs
    data_version text NOT NULL,
    counts       jsonb NOT NULL DEFAULT '{}',
    finished_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (step, subtopic_key)
);

CREATE TABLE step_progress (                          -- what a running step has done, for people who wait
    run_id     text NOT NULL,
    step       text NOT NULL,
    done       int  NOT NULL,
    total      int  NOT NULL,
    what       text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, step)
);
