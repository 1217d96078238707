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

-- name: select_stands_in
-- Whether one of some live chunks holds words in this order; capitals and signs are not counted.
WITH wanted AS (SELECT btrim(regexp_replace(lower(%(words)s), '[^[:alnum:]_]+', ' ', 'g')) AS words)
SELECT EXISTS (
    SELECT FROM chunk, wanted
    WHERE chunk_id = ANY(%(chunk_ids)s) AND retired_at IS NULL
      AND position(' ' || wanted.words || ' '
                   IN ' ' || regexp_replace(lower(chunk.text), '[^[:alnum:]_]+', ' ', 'g') || ' ') > 0
);

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
INSERT INTO generation_drop (run_id, session_id, game_type, subtopic_key, generator, difficulty, reason, count,
                             example)
VALUES (%(run_id)s, %(session_id)s, %(game_type)s, %(subtopic_key)s, %(generator)s, %(difficulty)s, %(reason)s,
        %(count)s, %(example)s);

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

-- name: select_known_keys
-- Content keys of a game type that need not be made again: served, or withdrawn because they were wrong.
SELECT content_key FROM question WHERE game_type = %(game_type)s AND state <> 'retired';

-- name: select_bank_contents
-- Content keys of the live questions of some subtopics, in a fixed order.
SELECT subtopic_key, content_key FROM question
WHERE subtopic_key = ANY(%(keys)s) AND game_type = %(game_type)s AND state = 'live'
ORDER BY subtopic_key, content_key;

-- name: delete_gaps
-- Forget what was missing of a partition's cells.
DELETE FROM question_gap WHERE subtopic_key = %(key)s AND game_type = %(game_type)s;

-- name: insert_gap
-- A cell that stays below the standing target, and why.
INSERT INTO question_gap (subtopic_key, game_type, difficulty, wanted, missing, reason)
VALUES (%(key)s, %(game_type)s, %(difficulty)s, %(wanted)s, %(missing)s, %(reason)s);

-- ==== generation sessions =======================================================================

-- name: insert_session
-- A new session; its id is ordered by time.
INSERT INTO generation_session (session_id, request, state) VALUES (uuidv7(), %(request)s, 'queued')
RETURNING session_id;

-- name: insert_cells
-- What a session asks of each cell.
INSERT INTO generation_cell (session_id, game_type, subtopic_key, difficulty, asked)
SELECT %(session_id)s, game_type, subtopic_key, level.name, level.asked
FROM unnest(%(game_types)s::text[]) AS game_type
CROSS JOIN unnest(%(keys)s::text[]) AS subtopic_key
CROSS JOIN unnest(%(difficulties)s::text[], %(counts)s::int[]) AS level (name, asked);

-- name: select_session
-- A session as it is stored.
SELECT session_id, request, state, cancelled, run_ids, created_at, updated_at
FROM generation_session WHERE session_id = %(session_id)s;

-- name: select_sessions
-- The latest sessions.
SELECT session_id, request, state, cancelled, run_ids, created_at, updated_at
FROM generation_session ORDER BY session_id DESC LIMIT %(limit)s;

-- name: select_session_cells
-- A session's cells: what was made is counted, what was dropped is summed, over all its runs.
WITH made AS (
    SELECT game_type, subtopic_key, difficulty, count(*) AS count
    FROM question WHERE session_id = %(session_id)s AND state IN ('live', 'flagged')
    GROUP BY game_type, subtopic_key, difficulty
), lost AS (
    SELECT game_type, subtopic_key, difficulty,
           sum(count) FILTER (WHERE reason <> ALL(%(failures)s::text[])) AS dropped,
           sum(count) FILTER (WHERE reason = ANY(%(failures)s::text[])) AS failed
    FROM generation_drop WHERE session_id = %(session_id)s
    GROUP BY game_type, subtopic_key, difficulty
)
SELECT cell.game_type, cell.subtopic_key, cell.difficulty, cell.asked, coalesce(made.count, 0)::int AS made,
       coalesce(lost.dropped, 0)::int AS dropped, coalesce(lost.failed, 0)::int AS failed, cell.seconds,
       cell.state, cell.reason
FROM generation_cell AS cell
LEFT JOIN made USING (game_type, subtopic_key, difficulty)
LEFT JOIN lost USING (game_type, subtopic_key, difficulty)
WHERE cell.session_id = %(session_id)s
ORDER BY cell.game_type, cell.subtopic_key,
         array_position(ARRAY['beginner', 'intermediate', 'advanced', 'master'], cell.difficulty);

-- name: select_session_wants
-- What is still missing of a session's cells of a game type.
SELECT cell.subtopic_key, cell.difficulty, cell.asked - count(question.question_id)::int AS missing
FROM generation_cell AS cell
LEFT JOIN question ON question.session_id = cell.session_id AND question.game_type = cell.game_type
                  AND question.subtopic_key = cell.subtopic_key AND question.difficulty = cell.difficulty
                  AND question.state IN ('live', 'flagged')
WHERE cell.session_id = %(session_id)s AND cell.game_type = %(game_type)s AND cell.subtopic_key = ANY(%(keys)s)
GROUP BY cell.subtopic_key, cell.difficulty, cell.asked;

-- name: select_session_generators
-- Which generators a session asked for; null: it did not say.
SELECT request -> 'generators' FROM generation_session WHERE session_id = %(session_id)s;

-- name: select_session_cancelled
-- Whether a session was asked to stop; nothing for an unknown one.
SELECT cancelled FROM generation_session WHERE session_id = %(session_id)s;

-- name: add_session_run
-- A run that works for a session.
UPDATE generation_session SET run_ids = array_append(run_ids, %(run_id)s), updated_at = now()
WHERE session_id = %(session_id)s;

-- name: cancel_session
-- Ask a session that has not ended to stop; whoever works for it sees this before its next question.
UPDATE generation_session SET cancelled = true, state = 'cancelled', updated_at = now()
WHERE session_id = %(session_id)s AND state IN ('queued', 'running')
RETURNING session_id;

-- name: reopen_session
-- Let a session that was cancelled, failed or came out short go on with the runs that follow.
UPDATE generation_session SET cancelled = false, state = 'queued', run_ids = '{}', updated_at = now()
WHERE session_id = %(session_id)s;

-- name: reopen_cells
-- Cells that are not full wait again, also those whose questions were withdrawn since.
UPDATE generation_cell AS cell SET reason = '',
       state = CASE WHEN cell.asked > (SELECT count(*) FROM question
                                       WHERE question.session_id = cell.session_id
                                         AND question.game_type = cell.game_type
                                         AND question.subtopic_key = cell.subtopic_key
                                         AND question.difficulty = cell.difficulty
                                         AND question.state IN ('live', 'flagged'))
                    THEN 'queued' ELSE 'done' END
WHERE cell.session_id = %(session_id)s;

-- name: begin_cells
-- Work at a partition of a session begins.
WITH begun AS (
    UPDATE generation_cell SET state = 'running', reason = ''
    WHERE session_id = %(session_id)s AND game_type = %(game_type)s AND subtopic_key = %(key)s
      AND state <> 'done'
)
UPDATE generation_session SET state = 'running', updated_at = now()
WHERE session_id = %(session_id)s AND state = 'queued';

-- name: end_cell
-- What became of a cell of a session.
UPDATE generation_cell SET state = %(state)s, reason = %(reason)s
WHERE session_id = %(session_id)s AND game_type = %(game_type)s AND subtopic_key = %(key)s
  AND difficulty = %(difficulty)s;

-- name: add_cell_seconds
-- Work that went into a cell of a session.
UPDATE generation_cell SET seconds = seconds + %(seconds)s
WHERE session_id = %(session_id)s AND game_type = %(game_type)s AND subtopic_key = %(subtopic_key)s
  AND difficulty = %(difficulty)s;

-- name: abandon_cells
-- Nobody works at these cells any more: their runs ended before them.
UPDATE generation_cell SET state = 'failed', reason = %(reason)s
WHERE session_id = %(session_id)s AND state IN ('queued', 'running');

-- name: settle_session
-- A session ends when none of its cells waits; it failed if work at one of them did.
UPDATE generation_session SET updated_at = now(),
       state = CASE WHEN EXISTS (SELECT FROM generation_cell AS cell
                                 WHERE cell.session_id = %(session_id)s AND cell.state = 'failed')
                    THEN 'failed' ELSE 'done' END
WHERE session_id = %(session_id)s AND state IN ('queued', 'running')
  AND NOT EXISTS (SELECT FROM generation_cell AS cell
                  WHERE cell.session_id = %(session_id)s AND cell.state IN ('queued', 'running'));

-- name: select_live_subtopics
-- Partition keys of all live subtopics, in the curriculum's order.
SELECT subtopic.subtopic_key
FROM subtopic
JOIN topic USING (topic_key)
JOIN zone USING (zone_key)
WHERE subtopic.retired_at IS NULL AND topic.retired_at IS NULL AND zone.retired_at IS NULL
ORDER BY zone.position, topic.position, subtopic.position, subtopic.subtopic_key;

-- ==== what the bank is worth ====================================================================

-- name: select_cells
-- Every live subtopic's cells of some game types: live questions, what the last run to the standing target
-- missed and why, and whether there was one.
SELECT subtopic.subtopic_key, game.type AS game_type, level.name AS difficulty,
       coalesce(stored.count, 0)::int AS live, question_gap.reason, step_state.step IS NOT NULL AS was_made
FROM subtopic
JOIN topic USING (topic_key)
JOIN zone USING (zone_key)
CROSS JOIN unnest(%(game_types)s::text[], %(steps)s::text[]) WITH ORDINALITY AS game (type, step, place)
CROSS JOIN unnest(%(difficulties)s::text[]) WITH ORDINALITY AS level (name, place)
LEFT JOIN (
    SELECT subtopic_key, game_type, difficulty, count(*) FROM question WHERE state = 'live'
    GROUP BY subtopic_key, game_type, difficulty
) AS stored ON (stored.subtopic_key, stored.game_type, stored.difficulty)
             = (subtopic.subtopic_key, game.type, level.name)
LEFT JOIN question_gap ON (question_gap.subtopic_key, question_gap.game_type, question_gap.difficulty)
                        = (subtopic.subtopic_key, game.type, level.name)
LEFT JOIN step_state ON (step_state.step, step_state.subtopic_key) = (game.step, subtopic.subtopic_key)
WHERE subtopic.retired_at IS NULL AND topic.retired_at IS NULL AND zone.retired_at IS NULL
ORDER BY zone.position, topic.position, subtopic.position, subtopic.subtopic_key, game.place, level.place;

-- name: select_suspected_pairs
-- Pairs of served questions of a game type that share a bucket, with their fields.
SELECT one.question_id::text, one.body, other.question_id::text, other.body
FROM (
    SELECT DISTINCT a.question_id AS left_id, b.question_id AS right_id
    FROM question_band AS a
    JOIN question_band AS b USING (game_type, band, bucket)
    WHERE game_type = %(game_type)s AND a.question_id < b.question_id
) AS pair
JOIN question AS one ON one.question_id = pair.left_id AND one.state IN ('live', 'flagged')
JOIN question AS other ON other.question_id = pair.right_id AND other.state IN ('live', 'flagged');

-- name: select_repeated_keys
-- Content keys that several served questions of a game type have; the index allows none.
SELECT content_key, count(*) FROM question
WHERE game_type = %(game_type)s AND state IN ('live', 'flagged')
GROUP BY content_key HAVING count(*) > 1;

-- name: select_question
-- One question, whatever became of it.
SELECT question_id::text, game_type, subtopic_key, subtopics, difficulty, features, body, generator, model,
       prompt_version, chunk_ids, problem_id, seed, verification, content_key, state, state_reason, run_id,
       created_at, verified_at
FROM question WHERE question_id = %(question_id)s;

-- name: select_history
-- What happened to a question, in order.
SELECT happened_at, event, reason, run_id FROM question_event
WHERE question_id = %(question_id)s ORDER BY happened_at;

-- name: select_doubted_cells
-- Partitions whose questions were flagged or withdrawn after a moment, and the last such moment.
SELECT question.game_type, question.subtopic_key, max(question_event.happened_at)
FROM question_event
JOIN question USING (question_id)
WHERE question_event.event IN ('flagged', 'withdrawn') AND question_event.happened_at > %(after)s
GROUP BY question.game_type, question.subtopic_key
ORDER BY question.game_type, question.subtopic_key;
