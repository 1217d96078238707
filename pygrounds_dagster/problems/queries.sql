-- name: lock_registration
-- One registration at a time; readers are not kept waiting.
LOCK TABLE problem IN SHARE ROW EXCLUSIVE MODE;

-- name: select_problems
-- Every problem ever registered, as far as registration compares it.
SELECT problem_id, path, content_root, content_hash, error, retired_at IS NOT NULL AS retired
FROM problem
ORDER BY problem_id;

-- name: upsert_problem
-- Add a problem, change it, or bring it back; its files are right now, whether it holds is not known.
INSERT INTO problem (problem_id, title, difficulty, topics, path, content_root, content_hash)
VALUES (%(problem_id)s, %(title)s, %(difficulty)s, %(topics)s, %(path)s, %(content_root)s, %(content_hash)s)
ON CONFLICT (problem_id) DO UPDATE
SET title = excluded.title, difficulty = excluded.difficulty, topics = excluded.topics,
    path = excluded.path, content_root = excluded.content_root, content_hash = excluded.content_hash,
    error = NULL, retired_at = NULL;

-- name: upsert_fault
-- Its files are not right now: say why, keep its last good values.
INSERT INTO problem (problem_id, path, content_root, error)
VALUES (%(problem_id)s, %(path)s, %(content_root)s, %(error)s)
ON CONFLICT (problem_id) DO UPDATE
SET path = excluded.path, content_root = excluded.content_root, content_hash = NULL,
    error = excluded.error, retired_at = NULL;

-- name: retire_problems
-- No folder stands for them any more.
UPDATE problem SET retired_at = now() WHERE problem_id = ANY(%(keys)s) AND retired_at IS NULL;

-- name: update_report
-- What a proof found; error: what does not hold.
UPDATE problem
SET report = %(report)s, verified_hash = %(content_hash)s, verified_at = now(), error = %(error)s
WHERE problem_id = %(problem_id)s;

-- name: select_reports
-- What the last proofs of some problems found, where they are about the content of now.
SELECT problem_id, report
FROM problem
WHERE problem_id = ANY(%(keys)s) AND verified_hash = content_hash;
