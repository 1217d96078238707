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
-- Live partitions that some step has not finished, and which steps.
SELECT subtopic.subtopic_key, array_agg(step.name ORDER BY step.place) AS steps
FROM subtopic
CROSS JOIN unnest(%(steps)s::text[]) WITH ORDINALITY AS step (name, place)
WHERE subtopic.retired_at IS NULL
  AND NOT EXISTS (
      SELECT FROM step_state
      WHERE step_state.step = step.name AND step_state.subtopic_key = subtopic.subtopic_key
  )
GROUP BY subtopic.subtopic_key
ORDER BY subtopic.subtopic_key;
