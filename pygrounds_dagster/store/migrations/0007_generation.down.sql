DROP TABLE question_gap;
DROP INDEX question_event_time;
DROP INDEX generation_drop_session;
ALTER TABLE generation_drop DROP COLUMN difficulty;
