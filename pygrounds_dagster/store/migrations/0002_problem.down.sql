DROP TABLE problem;
DELETE FROM step_state WHERE step = 'problem_bank';
