-- ==== ranking, index and search =============================================================

-- name: select_model_table
-- Where the vectors of a model are, if it has encoded anything yet.
SELECT table_name FROM embedding_model WHERE model_id = %(model_id)s;

-- name: select_corpus_versions
-- Every live subtopic with a hash of what ranking and index read of it: its chunks that have a vector.
-- {concept_table} and {code_table}: the vectors of the models in use.
SELECT subtopic.subtopic_key, subtopic.topic_key, count(chunk.chunk_id) AS chunks,
       count(coalesce(concept.embedding_hash, code.embedding_hash)) AS embedded,
       md5(concat_ws('|', subtopic.difficulty, string_agg(
           chunk.chunk_id || chunk.chunk_type || chunk.embedding_hash, ',' ORDER BY chunk.chunk_id
       ) FILTER (WHERE concept.embedding_hash IS NOT NULL OR code.embedding_hash IS NOT NULL))) AS version
FROM subtopic
LEFT JOIN chunk ON chunk.subtopic_key = subtopic.subtopic_key AND chunk.retired_at IS NULL
LEFT JOIN {concept_table} AS concept
       ON chunk.kind = 'concept' AND concept.embedding_hash = chunk.embedding_hash
LEFT JOIN {code_table} AS code ON chunk.kind = 'code' AND code.embedding_hash = chunk.embedding_hash
WHERE subtopic.retired_at IS NULL
GROUP BY subtopic.subtopic_key
ORDER BY subtopic.subtopic_key;

-- name: copy_corpus_kind
-- Live chunks of one kind that have a vector, with it, by subtopic and place in it; {table}: the vectors,
-- {key}: of one subtopic only, or NULL.
COPY (
    SELECT chunk.chunk_id, chunk.subtopic_key, chunk.chunk_type, vectors.vector
    FROM chunk
    JOIN subtopic ON subtopic.subtopic_key = chunk.subtopic_key AND subtopic.retired_at IS NULL
    JOIN {table} AS vectors ON vectors.embedding_hash = chunk.embedding_hash
    WHERE chunk.kind = {kind} AND chunk.retired_at IS NULL
      AND ({key}::text IS NULL OR chunk.subtopic_key = {key})
    ORDER BY chunk.subtopic_key, chunk.document_id, chunk.ordinal, chunk.chunk_id
) TO STDOUT (FORMAT BINARY);

-- name: copy_topic_kind
-- What a shard holds of a topic: its live chunks of one kind that have a vector, with the words.
COPY (
    SELECT chunk.chunk_id, chunk.subtopic_key, chunk.chunk_type, subtopic.difficulty,
           chunk.heading_path, chunk.text,
           coalesce(chunk.expected_output, '') AS expected_output, vectors.vector
    FROM chunk
    JOIN subtopic ON subtopic.subtopic_key = chunk.subtopic_key AND subtopic.retired_at IS NULL
    JOIN {table} AS vectors ON vectors.embedding_hash = chunk.embedding_hash
    WHERE subtopic.topic_key = {topic} AND chunk.kind = {kind} AND chunk.retired_at IS NULL
    ORDER BY chunk.subtopic_key, chunk.document_id, chunk.ordinal, chunk.chunk_id
) TO STDOUT (FORMAT BINARY);

-- name: select_intents
-- Embedded intents of live subtopics.
SELECT subtopic_intent.subtopic_key, subtopic_intent.kind, subtopic_intent.embedding_hash,
       subtopic_intent.model_id
FROM subtopic_intent
JOIN subtopic USING (subtopic_key)
WHERE subtopic.retired_at IS NULL;

-- name: copy_intent_vectors
-- The vectors of the intents of one kind; {table}: the vectors of the model in use, {model_id}.
COPY (
    SELECT subtopic_intent.subtopic_key, vectors.vector
    FROM subtopic_intent
    JOIN {table} AS vectors ON vectors.embedding_hash = subtopic_intent.embedding_hash
    WHERE subtopic_intent.kind = {kind} AND subtopic_intent.model_id = {model_id}
) TO STDOUT (FORMAT BINARY);

-- name: lock_rankings
-- One writer of rankings at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('pygrounds.ranking'));

-- name: delete_rankings
-- Make room for the new rows of some subtopics.
DELETE FROM ranking WHERE subtopic_key = ANY(%(keys)s);

-- name: delete_retired_rankings
-- A retired subtopic is ranked no more; its chunks stay for provenance.
WITH retired AS (SELECT subtopic_key FROM subtopic WHERE retired_at IS NOT NULL),
     gone AS (DELETE FROM coverage USING retired WHERE coverage.subtopic_key = retired.subtopic_key)
DELETE FROM ranking USING retired WHERE ranking.subtopic_key = retired.subtopic_key;

-- name: copy_rankings
-- Bulk write of ranking rows.
COPY ranking (subtopic_key, kind, scope, rank, chunk_id, chunk_type, similarity, centrality, score, model_id)
FROM STDIN (FORMAT BINARY);

-- name: upsert_coverage
-- What a subtopic has of one kind, and what it lacks.
INSERT INTO coverage (subtopic_key, kind, chunks, above_threshold, threshold, own_first, gaps)
VALUES (%(subtopic_key)s, %(kind)s, %(chunks)s, %(above_threshold)s, %(threshold)s, %(own_first)s, %(gaps)s)
ON CONFLICT (subtopic_key, kind) DO UPDATE
SET chunks = excluded.chunks, above_threshold = excluded.above_threshold,
    threshold = excluded.threshold, own_first = excluded.own_first, gaps = excluded.gaps;

-- name: select_coverage
-- Coverage of live subtopics in the curriculum's order.
SELECT coverage.subtopic_key, coverage.kind, coverage.chunks, coverage.above_threshold,
       coverage.threshold, coverage.own_first, coverage.gaps
FROM coverage
JOIN subtopic USING (subtopic_key)
JOIN topic USING (topic_key)
JOIN zone USING (zone_key)
WHERE subtopic.retired_at IS NULL
ORDER BY zone.position, zone_key, topic.position, topic_key, subtopic.position, subtopic_key, kind DESC;

-- name: select_top_chunks
-- The first chunks of a ranking that are still live, filtered by type and by their subtopic's difficulty.
SELECT ranking.rank, ranking.chunk_id, ranking.chunk_type, ranking.similarity, ranking.centrality,
       ranking.score, chunk.subtopic_key, chunk.heading_path, chunk.text, chunk.expected_output
FROM ranking
JOIN chunk ON chunk.chunk_id = ranking.chunk_id AND chunk.retired_at IS NULL
JOIN subtopic ON subtopic.subtopic_key = chunk.subtopic_key
WHERE ranking.subtopic_key = %(key)s AND ranking.kind = %(kind)s AND ranking.scope = %(scope)s
  AND (%(types)s::text[] IS NULL OR ranking.chunk_type = ANY(%(types)s))
  AND (%(difficulty)s::text IS NULL OR subtopic.difficulty = %(difficulty)s)
ORDER BY ranking.rank
LIMIT %(k)s;

-- name: select_hits
-- What a hit shows, for chunks found in an index; a chunk retired since then is left out.
SELECT chunk.chunk_id, chunk.document_id, document.path AS document, chunk.subtopic_key, chunk.heading_path,
       chunk.line_start, chunk.line_end, chunk.page_start, chunk.page_end, chunk.chunk_type, chunk.kind,
       subtopic.difficulty, chunk.text, chunk.expected_output
FROM chunk
JOIN document USING (document_id)
JOIN subtopic ON subtopic.subtopic_key = chunk.subtopic_key
WHERE chunk.chunk_id = ANY(%(chunk_ids)s) AND chunk.retired_at IS NULL;

-- name: select_section_chunks
-- Live chunks of some subtopics with their headings: what a retrieval question's section stands for.
SELECT chunk.chunk_id, chunk.subtopic_key, chunk.heading_path
FROM chunk
JOIN subtopic ON subtopic.subtopic_key = chunk.subtopic_key AND subtopic.retired_at IS NULL
WHERE chunk.subtopic_key = ANY(%(keys)s) AND chunk.retired_at IS NULL;

-- ==== embedding =============================================================================

-- name: lock_vectors
-- One writer of a model's table at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('pygrounds.' || %(table)s));

-- name: commit_without_waiting
-- For this transaction only: its commit does not wait for the disk. The log is written in order, so whatever
-- commits after it and does wait (a finished step) makes it durable too; what a crash loses is encoded again.
SET LOCAL synchronous_commit = off;

-- name: create_vector_table
-- The vectors of one model; a row is the key, the way it was run and the unit vector.
CREATE TABLE IF NOT EXISTS {table} (
    embedding_hash text PRIMARY KEY,
    runtime        text NOT NULL,
    vector         vector({dimension}) NOT NULL
);

-- name: insert_model
-- Register a model with its table.
INSERT INTO embedding_model (model_id, name, revision, dimension, pooling, table_name)
VALUES (%(model_id)s, %(name)s, %(revision)s, %(dimension)s, %(pooling)s, %(table_name)s)
ON CONFLICT (model_id) DO NOTHING;

-- name: copy_vectors_in
-- Rows as vectors.copy_records lays them out.
COPY {table} (embedding_hash, runtime, vector) FROM STDIN (FORMAT BINARY);

-- name: copy_vectors_out
-- Vectors with their place in what was asked for, in any order (sorting 100,000 of them would spill to
-- disk); a row is all fixed-width, so numpy reads the stream as it is.
COPY (
    SELECT wanted.place, vectors.vector
    FROM unnest(%(hashes)s::text[]) WITH ORDINALITY AS wanted (embedding_hash, place)
    JOIN {table} AS vectors USING (embedding_hash)
) TO STDOUT (FORMAT BINARY);

-- name: select_stored_hashes
-- Which texts a model has encoded.
SELECT embedding_hash FROM {table} WHERE embedding_hash = ANY(%(hashes)s);

-- name: select_chunk_versions
-- What is to be embedded of each partition: how many live chunks, and a hash of kinds and texts.
SELECT subtopic.subtopic_key, count(chunk.chunk_id) AS chunks,
       md5(coalesce(string_agg(chunk.kind || chunk.embedding_hash, ',' ORDER BY chunk.chunk_id), '')) AS version
FROM subtopic
LEFT JOIN chunk ON chunk.subtopic_key = subtopic.subtopic_key AND chunk.retired_at IS NULL
WHERE subtopic.subtopic_key = ANY(%(keys)s)
GROUP BY subtopic.subtopic_key;

-- name: count_texts
-- Distinct texts of the live chunks of some kinds.
SELECT count(DISTINCT embedding_hash) FROM chunk
WHERE retired_at IS NULL AND subtopic_key = ANY(%(keys)s) AND kind = ANY(%(kinds)s);

-- name: select_missing_chunks
-- Live chunks that a model has not encoded, longest first, so that a batch holds texts of like length.
SELECT chunk.chunk_id, chunk.subtopic_key, chunk.embedding_hash
FROM chunk
LEFT JOIN {table} AS vectors USING (embedding_hash)
WHERE chunk.retired_at IS NULL AND chunk.subtopic_key = ANY(%(keys)s) AND chunk.kind = ANY(%(kinds)s)
  AND vectors.embedding_hash IS NULL
ORDER BY chunk.tokens DESC, chunk.embedding_hash, chunk.chunk_id;

-- name: select_embedding_texts
-- The texts behind hashes.
SELECT DISTINCT ON (embedding_hash) embedding_hash, embedding_text
FROM chunk WHERE embedding_hash = ANY(%(hashes)s);

-- name: select_intent_texts
-- What subtopics mean, in words.
SELECT subtopic_key, concept_intent, code_intent FROM subtopic WHERE subtopic_key = ANY(%(keys)s);

-- name: upsert_intent
-- Which text, by which model, is a subtopic's intent.
INSERT INTO subtopic_intent (subtopic_key, kind, embedding_hash, model_id)
VALUES (%(key)s, %(kind)s, %(hash)s, %(model_id)s)
ON CONFLICT (subtopic_key, kind) DO UPDATE
SET embedding_hash = excluded.embedding_hash, model_id = excluded.model_id;
