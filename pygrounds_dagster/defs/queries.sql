-- What asset metadata and checks read. Steps' own SQL lies with their rooms.

-- name: select_chunk_samples
-- Three chunks of each partition, spread over it.
SELECT subtopic_key, chunk_type, heading_path, text
FROM (
    SELECT subtopic_key, chunk_type, heading_path, text,
           row_number() OVER place AS number, count(*) OVER (PARTITION BY subtopic_key) AS total
    FROM chunk
    WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL
    WINDOW place AS (PARTITION BY subtopic_key ORDER BY document_id, ordinal)
) AS numbered
WHERE (number - 1) %% greatest(1, total / 3) = 0 AND number <= 3 * greatest(1, total / 3)
ORDER BY subtopic_key, number;

-- name: select_ranking_samples
-- The first three of each ranking over a subtopic's own chunks.
SELECT ranking.subtopic_key, ranking.kind, ranking.rank, ranking.similarity, chunk.heading_path, chunk.text
FROM ranking
JOIN chunk USING (chunk_id)
WHERE ranking.subtopic_key = ANY(%(keys)s) AND ranking.scope = 'own' AND ranking.rank <= 3
ORDER BY ranking.subtopic_key, ranking.kind, ranking.rank;

-- name: select_similarities
-- Similarity of each chunk to its subtopic's intent.
SELECT subtopic_key, kind, similarity
FROM ranking
WHERE subtopic_key = ANY(%(keys)s) AND scope = 'own';

-- name: select_topic_points
-- Subtopic, kind and embedding hash of the live chunks of topics.
SELECT chunk.subtopic_key, chunk.kind, chunk.embedding_hash
FROM chunk
JOIN subtopic USING (subtopic_key)
WHERE subtopic.topic_key = %(topic)s AND chunk.retired_at IS NULL AND subtopic.retired_at IS NULL
ORDER BY chunk.subtopic_key, chunk.document_id, chunk.ordinal;

-- name: select_broken_documents
-- Documents of partitions that cannot be used.
SELECT subtopic_key, path, section, error
FROM document
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL AND error IS NOT NULL
ORDER BY subtopic_key, path, section;

-- name: select_empty_subtopics
-- Partitions without a live chunk.
SELECT subtopic_key
FROM subtopic
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL AND error IS NULL
  AND NOT EXISTS (
      SELECT FROM chunk WHERE chunk.subtopic_key = subtopic.subtopic_key AND chunk.retired_at IS NULL
  )
ORDER BY subtopic_key;

-- name: select_malformed_chunks
-- Chunks that must not be served: empty, larger than the encoder's window, or without a place.
SELECT chunk_id, subtopic_key
FROM chunk
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL
  AND (btrim(text, E' \t\r\n') = '' OR embedding_text = '' OR tokens < 1 OR tokens > %(window)s
       OR line_end < line_start OR page_end < page_start)
ORDER BY chunk_id
LIMIT 100;

-- name: select_python_chunks
-- Code chunks cut from Python files, which parse if the file does.
SELECT chunk.chunk_id, chunk.subtopic_key, chunk.text, document.path, chunk.line_start
FROM chunk
JOIN document USING (document_id)
WHERE chunk.subtopic_key = ANY(%(keys)s) AND chunk.retired_at IS NULL AND chunk.chunk_type = 'Code'
  AND document.format = 'py'
ORDER BY chunk.chunk_id;

-- name: select_missing_vectors
-- How many live chunks of partitions lack a vector of the model in use; {table}: that model's vectors.
SELECT chunk.subtopic_key, count(*)
FROM chunk
LEFT JOIN {table} AS vectors USING (embedding_hash)
WHERE chunk.subtopic_key = ANY(%(keys)s) AND chunk.kind = %(kind)s AND chunk.retired_at IS NULL
  AND vectors.embedding_hash IS NULL
GROUP BY chunk.subtopic_key
ORDER BY chunk.subtopic_key;

-- name: select_bad_vectors
-- Vectors of live chunks that are not of unit length (pgvector stores no NaN or infinity); {table} as above.
SELECT chunk.subtopic_key, vector_norm(vectors.vector)
FROM chunk
JOIN {table} AS vectors USING (embedding_hash)
WHERE chunk.subtopic_key = ANY(%(keys)s) AND chunk.kind = %(kind)s AND chunk.retired_at IS NULL
  AND abs(vector_norm(vectors.vector) - 1) > %(tolerance)s
ORDER BY chunk.subtopic_key
LIMIT 100;

-- name: select_dead_rankings
-- Rankings of partitions that lead to a chunk which is not live any more.
SELECT ranking.subtopic_key, count(*)
FROM ranking
JOIN chunk USING (chunk_id)
WHERE ranking.subtopic_key = ANY(%(keys)s) AND chunk.retired_at IS NOT NULL
GROUP BY ranking.subtopic_key
ORDER BY ranking.subtopic_key;

-- name: select_uncovered
-- Live, valid subtopics without coverage of a kind, or with gaps in it.
SELECT subtopic.subtopic_key, kinds.kind, coalesce(coverage.gaps, '{"no ranking yet"}') AS gaps
FROM subtopic
CROSS JOIN (VALUES ('concept'), ('code')) AS kinds (kind)
LEFT JOIN coverage ON coverage.subtopic_key = subtopic.subtopic_key AND coverage.kind = kinds.kind
WHERE subtopic.retired_at IS NULL AND subtopic.error IS NULL
  AND (coverage.subtopic_key IS NULL OR coverage.gaps <> '{}')
ORDER BY subtopic.subtopic_key, kinds.kind;

-- name: select_old_runs
-- Dagster's database: runs that ended before a day.
SELECT run_id FROM runs
WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED') AND update_timestamp < %(before)s;

-- name: delete_old_events
-- Dagster's database: log lines and step events of runs; what happened to assets and to runs stays.
DELETE FROM event_logs
WHERE run_id = ANY(%(run_ids)s) AND asset_key IS NULL
  AND (dagster_event_type IS NULL OR dagster_event_type LIKE 'STEP\_%%' OR dagster_event_type IN
       ('ENGINE_EVENT', 'LOGS_CAPTURED', 'HANDLED_OUTPUT', 'LOADED_INPUT', 'RESOURCE_INIT_STARTED',
        'RESOURCE_INIT_SUCCESS'));

-- name: delete_old_progress
-- The knowledge base: progress of steps that nobody watches any more.
DELETE FROM step_progress WHERE updated_at < %(before)s;

-- name: select_invalid_subtopics
-- Live subtopics whose file has an error now.
SELECT subtopic_key, error FROM subtopic
WHERE retired_at IS NULL AND error IS NOT NULL
ORDER BY subtopic_key;

-- name: select_missing_intents
-- Intents of live, valid partitions that have no vector.
SELECT subtopic.subtopic_key, kinds.kind
FROM subtopic
CROSS JOIN (VALUES ('concept'), ('code')) AS kinds (kind)
LEFT JOIN subtopic_intent
       ON subtopic_intent.subtopic_key = subtopic.subtopic_key AND subtopic_intent.kind = kinds.kind
WHERE subtopic.subtopic_key = ANY(%(keys)s) AND subtopic.retired_at IS NULL AND subtopic.error IS NULL
  AND subtopic_intent.subtopic_key IS NULL
ORDER BY subtopic.subtopic_key, kinds.kind;

-- name: select_faulty_problems
-- Live problems whose files are not right now.
SELECT problem_id, error FROM problem
WHERE retired_at IS NULL AND content_hash IS NULL
ORDER BY problem_id;

-- name: select_proofs
-- Live problems with what the last proof found, where it is about the content of now.
SELECT problem_id, report FROM problem
WHERE retired_at IS NULL AND verified_hash = content_hash
ORDER BY problem_id;
