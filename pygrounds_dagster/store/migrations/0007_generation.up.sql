-- What generation says of its work: which cells it could not fill and why, and drops by the difficulty meant.

ALTER TABLE generation_drop ADD COLUMN difficulty text NOT NULL DEFAULT '';  -- as its maker meant it; empty: not said
CREATE INDEX generation_drop_session ON generation_drop (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX question_event_time ON question_event (happened_at);            -- what the watcher of flags reads

CREATE TABLE question_gap (                            -- cells that stay below the standing target
    subtopic_key text NOT NULL REFERENCES subtopic,
    game_type    text NOT NULL,
    difficulty   text NOT NULL,
    wanted       int  NOT NULL,
    missing      int  NOT NULL,
    reason       text NOT NULL,
    noted_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subtopic_key, game_type, difficulty)
);
