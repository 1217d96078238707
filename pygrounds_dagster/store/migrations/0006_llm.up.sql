-- What was asked of language models, what it cost, and what they answered.

CREATE TABLE llm_call (                                -- one for each answer asked for, retries within
    call_id        uuid PRIMARY KEY DEFAULT uuidv7(),
    happened_at    timestamptz NOT NULL DEFAULT now(),
    purpose        text NOT NULL,                      -- what it was for, e.g. debugging_questions
    endpoint       text NOT NULL,                      -- base URL
    model          text NOT NULL,
    prompt_version text NOT NULL,
    prompt_hash    text NOT NULL,
    outcome        text NOT NULL CHECK (outcome IN ('answered', 'cached', 'invalid', 'cut', 'refused',
                       'unavailable', 'late', 'cancelled', 'failed')),
    attempts       int  NOT NULL,                      -- requests sent
    input_tokens   int,                                -- of the last of them; NULL: the endpoint did not say
    cached_tokens  int,                                -- of the input, those that the endpoint had cached
    output_tokens  int,
    cost_usd       numeric(14, 8),                     -- NULL: no price or no tokens known
    seconds        real NOT NULL,
    detail         text NOT NULL DEFAULT ''            -- what was wrong
);
CREATE INDEX ON llm_call (happened_at);

CREATE TABLE llm_cache (                               -- whole and valid answers only
    prompt_hash text PRIMARY KEY,                      -- of endpoint, model, messages, sampling and schema
    answer      text NOT NULL,
    answered_by text NOT NULL,                         -- the model's own name for itself
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE llm_endpoint (                            -- how an endpoint is asked for JSON
    endpoint   text NOT NULL,
    model      text NOT NULL,
    rung       text NOT NULL CHECK (rung IN ('json_schema', 'json_object', 'fenced')),
    learned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (endpoint, model)
);
