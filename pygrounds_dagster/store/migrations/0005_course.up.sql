-- Courses, their lessons, and the proof that what a lesson claims holds.

CREATE TABLE course (
    course_id     text PRIMARY KEY,
    title         text NOT NULL,
    position      int  NOT NULL,                       -- place among the courses
    difficulty    text NOT NULL CHECK (difficulty IN ('beginner', 'intermediate', 'advanced', 'master')),
    description   text NOT NULL,
    path          text NOT NULL,                       -- its course.yaml, absolute
    content_root  text NOT NULL,                       -- root that it lies under
    content_hash  text NOT NULL,                       -- of course.yaml
    error         text,                                -- why course.yaml is not right; the last good values stay
    registered_at timestamptz NOT NULL DEFAULT now(),
    retired_at    timestamptz                          -- its folder was deleted
);

CREATE TABLE lesson (
    lesson_id     text PRIMARY KEY,
    course_id     text NOT NULL REFERENCES course,
    position      int  NOT NULL,                       -- place in the course, from 1
    title         text NOT NULL,
    description   text NOT NULL,
    subtopics     text[] NOT NULL,                     -- what it practises, the most important first
    steps         jsonb NOT NULL,                      -- in order, with expected code and tests
    path          text NOT NULL,                       -- its file, absolute
    content_hash  text NOT NULL,                       -- of the file
    report        jsonb,                               -- what the last proof found
    verified_hash text,                                -- content that the report is about
    verified_at   timestamptz,
    error         text,                                -- why its file is not right; the last good values stay
    registered_at timestamptz NOT NULL DEFAULT now(),
    retired_at    timestamptz                          -- no course lists it any more
);
CREATE INDEX ON lesson (course_id, position);
