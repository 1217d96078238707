DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT table_name FROM embedding_model LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', name);
    END LOOP;
END $$;
DROP TABLE step_progress, step_state, coverage, ranking, subtopic_intent, embedding_model, chunk, document,
           subtopic, topic, zone;
DROP EXTENSION IF EXISTS vector;
