-- name: select_step_states
-- What a step last finished, for many partitions at once.
SELECT subtopic_key, fingerprint, data_version, counts
FROM step_state
WHERE step = %(step)s AND subtopic_key = ANY(%(keys)s);

-- name: upsert_step_state
-- Remember a finished step beside the rows it wrote.
INSERT INTO step_state (step, subtopic_key, fingerprint, data_version, counts)
VALUES (%(step)s, %(key)s, %(fingerprint)s, %(data_version)s, %(counts)s)
ON CONFLICT (step, subtopic_key) DO UPDATE
SET fingerprint = excluded.fingerprint, data_version = excluded.data_version,
    counts = excluded.counts, finished_at = now();

-- name: delete_step_state
-- Forget one step of some partitions: what they hold is no longer what it last finished.
DELETE FROM step_state WHERE step = %(step)s AND subtopic_key = ANY(%(keys)s);

-- name: delete_step_states
-- Forget every step of some partitions.
DELETE FROM step_state WHERE subtopic_key = ANY(%(keys)s);

-- name: upsert_progress
-- How far a running step is; its start is when it began to work, not when it first said something.
INSERT INTO step_progress (run_id, step, done, total, what, started_at)
VALUES (%(run_id)s, %(step)s, %(done)s, %(total)s, %(what)s, %(started_at)s)
ON CONFLICT (run_id, step) DO UPDATE
SET done = excluded.done, total = excluded.total, what = excluded.what, updated_at = now();

-- name: select_progress
-- All steps of a run that have said something.
SELECT step, done, total, what, started_at, updated_at
FROM step_progress
WHERE run_id = %(run_id)s
ORDER BY started_at;

-- name: select_database
-- Whether the server has a database of that name.
SELECT 1 FROM pg_database WHERE datname = %(name)s;

-- name: lock_creation
-- One creator of databases at a time; held until the connection closes.
SELECT pg_advisory_lock(%(lock)s);

-- name: select_version_table
-- Whether the database has ever been migrated.
SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version';

-- name: select_version
-- The revision that the database is at.
SELECT version_num FROM alembic_version;

-- name: take_slots
-- The first of some slots that no session holds, taken for as long as this session lives. The rows of a function
-- are filtered one by one until there are enough, so never more locks are taken than are returned.
SELECT slot FROM unnest(%(slots)s::int[]) AS slot WHERE pg_try_advisory_lock(%(key)s, slot) LIMIT %(wanted)s;

-- name: free_slot
-- Give a slot back; false when this session does not hold it.
SELECT pg_advisory_unlock(%(key)s, %(slot)s);

-- name: count_slots
-- How many slots are taken, by whichever process.
SELECT count(*)
FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %(key)s::bigint::oid
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
