-- ==== what a subtopic offers ====================================================================

-- name: select_source_subtopics
-- Live subtopics with their prerequisites, in the curriculum's order.
SELECT subtopic.subtopic_key, subtopic.title, subtopic.difficulty, subtopic.objectives,
       subtopic.prerequisites, subtopic.topic_key
FROM subtopic
JOIN topic USING (topic_key)
JOIN zone USING (zone_key)
WHERE subtopic.retired_at IS NULL AND topic.retired_at IS NULL AND zone.retired_at IS NULL
ORDER BY zone.position, topic.position, subtopic.position, subtopic.subtopic_key;

-- name: select_source_chunks
-- Live chunks of some subtopics, the best ranked of each first; a chunk not ranked yet comes last.
SELECT chunk.subtopic_key, chunk.chunk_id, chunk.kind, chunk.heading_path, chunk.text,
       coalesce(chunk.expected_output, '') AS expected_output
FROM chunk
LEFT JOIN ranking ON ranking.chunk_id = chunk.chunk_id AND ranking.subtopic_key = chunk.subtopic_key
                 AND ranking.scope = 'own' AND ranking.kind = chunk.kind
WHERE chunk.subtopic_key = ANY(%(keys)s) AND chunk.retired_at IS NULL
ORDER BY chunk.subtopic_key, chunk.kind, ranking.rank NULLS LAST, chunk.document_id, chunk.ordinal;

-- ==== the bank ==================================================================================

-- name: insert_question
-- A proven question; nothing is returned when the bank has it already.
INSERT INTO question (game_type, subtopic_key, subtopics, difficulty, features, body, generator, model,
                      prompt_version, chunk_ids, problem_id, seed, verification, content_key, signature,
                      meaning, session_id, run_id)
VALUES (%(game_type)s, %(subtopic_key)s, %(subtopics)s, %(difficulty)s, %(features)s, %(body)s, %(generator)s,
        %(model)s, %(prompt_version)s, %(chunk_ids)s, %(problem_id)s, %(seed)s, %(verification)s,
        %(content_key)s, %(signature)s, %(meaning)s, %(session_id)s, %(run_id)s)
ON CONFLICT (game_type, content_key) WHERE state IN ('live', 'flagged') DO NOTHING
RETURNING question_id;

-- name: lock_game_type
-- One writer of a game type at a time, until the transaction ends: near duplicates are looked for in what
-- all others have stored.
SELECT pg_advisory_xact_lock(hashtext('pygrounds.questions.' || %(game_type)s));

-- name: insert_bands
-- Buckets of a question's signature.
INSERT INTO question_band (game_type, band, bucket, question_id)
SELECT %(game_type)s, band, bucket, %(question_id)s
FROM unnest(%(bands)s::smallint[], %(buckets)s::bigint[]) AS pair (band, bucket);

-- name: select_suspects
-- Served questions of a game type that share a bucket with a signature, or are nearest in meaning.
WITH same_bucket AS (
    SELECT DISTINCT question_band.question_id
    FROM unnest(%(bands)s::smallint[], %(buckets)s::bigint[]) AS pair (band, bucket)
    JOIN question_band ON question_band.game_type = %(game_type)s
                      AND question_band.band = pair.band AND question_band.bucket = pair.bucket
), nearest AS (
    SELECT question_id FROM question
    WHERE %(meaning)s::vector IS NOT NULL AND meaning IS NOT NULL
      AND game_type = %(game_type)s AND state IN ('live', 'flagged')
    ORDER BY meaning <=> %(meaning)s::vector LIMIT 3
)
SELECT question.question_id::text, question.body, question.meaning
FROM question
JOIN (SELECT question_id FROM same_bucket UNION SELECT question_id FROM nearest) AS suspect USING (question_id)
WHERE question.state IN ('live', 'flagged');

-- name: insert_event
-- One line of a question's history.
INSERT INTO question_event (question_id, event, reason, run_id)
VALUES (%(question_id)s, %(event)s, %(reason)s, %(run_id)s);

-- name: update_state
-- Change what becomes of a question, if it is in one of the states from which that may be.
UPDATE question SET state = %(state)s, state_reason = %(reason)s
WHERE question_id = %(question_id)s AND state = ANY(%(allowed)s)
RETURNING subtopic_key, game_type, difficulty;

-- name: update_verified
-- A question held once more.
UPDATE question SET verified_at = now() WHERE question_id = ANY(%(question_ids)s);

-- name: select_stored
-- Questions that are served, by their ids' order, after a given one; for verifying, export and lists.
SELECT question_id::text, game_type, subtopic_key, subtopics, difficulty, features, body, generator, model,
       prompt_version, chunk_ids, problem_id, seed, verification, content_key, state, state_reason, run_id,
       created_at, verified_at
FROM question
WHERE state = ANY(%(states)s)
  AND (%(after)s::uuid IS NULL OR question_id > %(after)s::uuid)
  AND (%(keys)s::text[] IS NULL OR subtopic_key = ANY(%(keys)s::text[]))
  AND (%(game_types)s::text[] IS NULL OR game_type = ANY(%(game_types)s::text[]))
ORDER BY question_id
LIMIT %(limit)s;

-- name: count_cells
-- Served questions of some subtopics by game type and difficulty.
SELECT subtopic_key, game_type, difficulty, count(*)::int
FROM question
WHERE state = 'live' AND (%(keys)s::text[] IS NULL OR subtopic_key = ANY(%(keys)s::text[]))
GROUP BY subtopic_key, game_type, difficulty;

-- name: insert_drop
-- Candidates of a run that did not hold.
INSERT INTO generation_drop (run_id, session_id, game_type, subtopic_key, generator, reason, count, example)
VALUES (%(run_id)s, %(session_id)s, %(game_type)s, %(subtopic_key)s, %(generator)s, %(reason)s, %(count)s,
        %(example)s);

-- name: select_drops
-- Drops of a game type by reason, over all runs.
SELECT reason, sum(count)::int AS count, min(example) AS example
FROM generation_drop
WHERE (%(game_type)s::text IS NULL OR game_type = %(game_type)s)
GROUP BY reason
ORDER BY count DESC, reason;

-- name: retire_changed
-- Take questions out of service whose every source chunk is gone from the content.
UPDATE question SET state = 'retired', state_reason = 'the text it was made from has changed'
WHERE subtopic_key = %(key)s AND game_type = %(game_type)s AND state IN ('live', 'flagged')
  AND cardinality(chunk_ids) > 0
  AND NOT EXISTS (SELECT FROM chunk WHERE chunk_id = ANY(question.chunk_ids) AND retired_at IS NULL)
RETURNING question_id;
