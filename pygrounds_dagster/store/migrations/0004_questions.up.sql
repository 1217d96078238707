-- Questions that were executed before they were stored, and what became of those that were not.

CREATE TABLE generation_session (
    session_id   uuid PRIMARY KEY,
    request      jsonb NOT NULL,                       -- game types, cells, counts, generator, seed
    state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed')),
    cancelled    boolean NOT NULL DEFAULT false,       -- asked to stop; work ends within one question
    run_ids      text[] NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE question (
    question_id    uuid PRIMARY KEY DEFAULT uuidv7(),
    game_type      text NOT NULL CHECK (game_type IN ('hangman', 'debugging', 'word', 'pre_assessment',
                       'output_prediction', 'trace', 'parsons', 'cloze')),
    subtopic_key   text NOT NULL REFERENCES subtopic,  -- the partition
    subtopics      text[] NOT NULL,                    -- 1 to 3, the partition first
    difficulty     text NOT NULL CHECK (difficulty IN ('beginner', 'intermediate', 'advanced', 'master')),
    features       jsonb NOT NULL,                     -- what the difficulty rests on
    body           jsonb NOT NULL,                     -- the fields of the game type
    generator      text NOT NULL CHECK (generator IN ('template', 'llm')),
    model          text NOT NULL DEFAULT '',
    prompt_version text NOT NULL DEFAULT '',
    chunk_ids      text[] NOT NULL DEFAULT '{}',
    problem_id     text,
    seed           bigint NOT NULL DEFAULT 0,
    verification   jsonb NOT NULL,                     -- tests run, hash seeds, mutants, judge tier
    content_key    text NOT NULL,                      -- equal for the same question in other names
    signature      bigint[] NOT NULL,                  -- MinHash of its tokens
    meaning        vector,                             -- of its wording, where wordings differ
    session_id     uuid REFERENCES generation_session,
    run_id         text NOT NULL DEFAULT '',
    state          text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'flagged', 'withdrawn', 'retired')),
    state_reason   text NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL DEFAULT now(),
    verified_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (cardinality(subtopics) BETWEEN 1 AND 3 AND subtopics[1] = subtopic_key)
);
CREATE UNIQUE INDEX question_once ON question (game_type, content_key) WHERE state IN ('live', 'flagged');
CREATE INDEX question_cell ON question (subtopic_key, game_type, difficulty) WHERE state = 'live';
CREATE INDEX question_session ON question (session_id);

CREATE TABLE question_band (                           -- locality-sensitive hashing of the signatures
    game_type   text NOT NULL,
    band        smallint NOT NULL,
    bucket      bigint NOT NULL,
    question_id uuid NOT NULL REFERENCES question ON DELETE CASCADE,
    PRIMARY KEY (game_type, band, bucket, question_id)
);

CREATE TABLE question_event (                          -- history: made, flagged, verified, withdrawn …
    question_id uuid NOT NULL REFERENCES question ON DELETE CASCADE,
    happened_at timestamptz NOT NULL DEFAULT now(),
    event       text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    run_id      text NOT NULL DEFAULT ''
);
CREATE INDEX ON question_event (question_id, happened_at);

CREATE TABLE generation_cell (                         -- what a session asks of one cell; what was made is counted
    session_id   uuid NOT NULL REFERENCES generation_session,
    game_type    text NOT NULL,
    subtopic_key text NOT NULL,
    difficulty   text NOT NULL,
    asked        int  NOT NULL,
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'short', 'failed')),
    reason       text NOT NULL DEFAULT '',             -- why it is short
    seconds      real NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, game_type, subtopic_key, difficulty)
);

CREATE TABLE generation_drop (                         -- candidates that did not hold, counted by reason
    run_id       text NOT NULL,
    session_id   uuid,
    game_type    text NOT NULL,
    subtopic_key text NOT NULL,
    generator    text NOT NULL,
    reason       text NOT NULL,
    count        int  NOT NULL,
    example      text NOT NULL DEFAULT '',
    happened_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON generation_drop (game_type, subtopic_key);
