DROP TABLE content_check;
DELETE FROM step_state WHERE step = 'content_check';
