-- name: select_heartbeat
-- In Dagster's database: the queue's daemon has reported after a moment (seconds since the epoch).
SELECT 1 FROM daemon_heartbeats
WHERE daemon_type = 'QUEUED_RUN_COORDINATOR' AND timestamp > to_timestamp(%(since)s) AT TIME ZONE 'UTC';

-- name: select_content_counts
-- What there is, live rows only.
SELECT (SELECT count(*) FROM subtopic WHERE retired_at IS NULL)                       AS partitions,
       (SELECT count(*) FROM subtopic WHERE retired_at IS NULL AND error IS NOT NULL) AS invalid,
       (SELECT count(*) FROM subtopic WHERE retired_at IS NOT NULL)                   AS retired,
       (SELECT count(*) FROM document WHERE retired_at IS NULL)                       AS documents,
       (SELECT count(*) FROM document WHERE retired_at IS NULL AND error IS NOT NULL) AS broken_documents,
       (SELECT count(*) FROM chunk WHERE retired_at IS NULL)                          AS chunks,
       (SELECT count(*) FROM ranking)                                                 AS rankings;

-- name: select_embedding_tables
-- The models that have encoded anything, and where their vectors are.
SELECT name, table_name FROM embedding_model ORDER BY name, model_id;

-- name: select_stale
-- Live partitions that some step has not finished, or finished before a step ahead of it did.
WITH step AS (
    SELECT name, place FROM unnest(%(steps)s::text[]) WITH ORDINALITY AS listed (name, place)
), finished AS (
    SELECT subtopic.subtopic_key, step.name, step.place, step_state.finished_at,
           max(step_state.finished_at) OVER (
               PARTITION BY subtopic.subtopic_key ORDER BY step.place
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS ahead_at
    FROM subtopic CROSS JOIN step
    LEFT JOIN step_state ON step_state.step = step.name
                        AND step_state.subtopic_key = subtopic.subtopic_key
    WHERE subtopic.retired_at IS NULL
)
SELECT subtopic_key, array_agg(name ORDER BY place) AS steps
FROM finished
WHERE finished_at IS NULL OR finished_at < ahead_at
GROUP BY subtopic_key
ORDER BY subtopic_key;
