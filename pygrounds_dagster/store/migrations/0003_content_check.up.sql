-- What the last check of each subtopic's own page found.

CREATE TABLE content_check (
    subtopic_key       text PRIMARY KEY REFERENCES subtopic,
    page_hash          text NOT NULL,                  -- of the page and the code that checked it
    words              int  NOT NULL,                  -- code and output counted
    prose_words        int  NOT NULL,
    reading_grade      real,                           -- Flesch-Kincaid; null: no prose
    programs           int  NOT NULL,                  -- blocks run in the judge
    raising            int  NOT NULL,                  -- of them, those that end in an error on purpose
    elsewhere          int  NOT NULL,                  -- blocks that cannot run there
    terms              int  NOT NULL,                  -- of the glossary
    variations         int  NOT NULL,
    mistakes           int  NOT NULL,                  -- messages of Python that are named
    tasks              int  NOT NULL,
    objectives         int  NOT NULL,
    objectives_covered int  NOT NULL,                  -- of them, those that code shows
    links              int  NOT NULL,
    nearest_key        text,                           -- the most similar other subtopic
    nearest_similarity real,
    errors             int  NOT NULL,
    warnings           int  NOT NULL,
    findings           jsonb NOT NULL,                 -- [{rule, level, line, what, mend}]
    runs               jsonb NOT NULL,                 -- [{line, ended, as_shown}], one for each program
    checked_at         timestamptz NOT NULL DEFAULT now()
);
