-- Programming problems: which there are, and what their last proof found.

CREATE TABLE problem (
    problem_id    text PRIMARY KEY,                    -- partition key
    title         text,                                -- null, as all of the content, until its files were right once
    difficulty    text CHECK (difficulty IN ('beginner', 'intermediate', 'advanced', 'master')),
    topics        text[] NOT NULL DEFAULT '{}',        -- subtopic keys, the most important first
    path          text NOT NULL,                       -- its folder
    content_root  text NOT NULL,                       -- root that it lies under
    content_hash  text,                                -- of all its files; null: they are not right now
    report        jsonb,                               -- what the last proof found
    verified_hash text,                                -- content that the report is about
    verified_at   timestamptz,
    error         text,                                -- what does not hold, or what is wrong with its files
    registered_at timestamptz NOT NULL DEFAULT now(),
    retired_at    timestamptz                          -- its folder was deleted
);
