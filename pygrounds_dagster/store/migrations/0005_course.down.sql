DROP TABLE lesson, course;
DELETE FROM step_state WHERE step = 'courses';
