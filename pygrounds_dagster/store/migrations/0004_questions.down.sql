DROP TABLE generation_drop, generation_cell, question_event, question_band, question, generation_session;
