-- --- registration: zones, topics, subtopics -----------------------------------------------------

-- name: lock_registration
-- One registration at a time; readers are not kept waiting.
LOCK TABLE zone IN SHARE ROW EXCLUSIVE MODE;

-- name: select_zones
-- Every zone ever registered.
SELECT zone_key, title, description, position, content_root, retired_at IS NOT NULL AS retired FROM zone;

-- name: select_topics
-- Every topic ever registered.
SELECT topic_key, zone_key, title, description, position, retired_at IS NOT NULL AS retired FROM topic;

-- name: select_subtopics
-- Every subtopic ever registered, as far as registration compares it.
SELECT subtopic_key, content_root, source_path, content_hash, error, retired_at IS NOT NULL AS retired
FROM subtopic;

-- name: upsert_zone
-- Add a zone, change it, or bring it back.
INSERT INTO zone (zone_key, title, description, position, content_root)
VALUES (%(zone_key)s, %(title)s, %(description)s, %(position)s, %(content_root)s)
ON CONFLICT (zone_key) DO UPDATE
SET title = excluded.title, description = excluded.description, position = excluded.position,
    content_root = excluded.content_root, retired_at = NULL;

-- name: upsert_topic
-- Add a topic, change it, or bring it back.
INSERT INTO topic (topic_key, zone_key, title, description, position)
VALUES (%(topic_key)s, %(zone_key)s, %(title)s, %(description)s, %(position)s)
ON CONFLICT (topic_key) DO UPDATE
SET zone_key = excluded.zone_key, title = excluded.title, description = excluded.description,
    position = excluded.position, retired_at = NULL;

-- name: upsert_subtopic
-- Add a subtopic, change it, or bring it back; it is valid now.
INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, prerequisites, objectives,
                      concept_intent, code_intent, content_root, source_path, content_hash)
VALUES (%(subtopic_key)s, %(topic_key)s, %(title)s, %(position)s, %(difficulty)s, %(prerequisites)s,
        %(objectives)s, %(concept_intent)s, %(code_intent)s, %(content_root)s, %(source_path)s,
        %(content_hash)s)
ON CONFLICT (subtopic_key) DO UPDATE
SET topic_key = excluded.topic_key, title = excluded.title, position = excluded.position,
    difficulty = excluded.difficulty, prerequisites = excluded.prerequisites,
    objectives = excluded.objectives, concept_intent = excluded.concept_intent,
    code_intent = excluded.code_intent, content_root = excluded.content_root,
    source_path = excluded.source_path, content_hash = excluded.content_hash,
    error = NULL, registered_at = now(), retired_at = NULL;

-- name: update_subtopic_error
-- Its file is not valid now: say why and keep the last good values.
UPDATE subtopic SET error = %(error)s WHERE subtopic_key = %(key)s;

-- name: retire_zones
-- Zones that no file names any more.
UPDATE zone SET retired_at = now() WHERE zone_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: retire_topics
-- Topics that no file names any more.
UPDATE topic SET retired_at = now() WHERE topic_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: retire_subtopics
-- Subtopics that no file names any more.
UPDATE subtopic SET retired_at = now(), error = NULL WHERE subtopic_key = ANY(%(keys)s);

-- name: retire_documents_of_subtopics
-- Their documents; the hash is cleared so that coming back chunks them again.
UPDATE document SET retired_at = now(), chunked_hash = ''
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: retire_chunks_of_subtopics
-- Their chunks: kept for provenance, out of search.
UPDATE chunk SET retired_at = now() WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: delete_rankings_of_subtopics
-- Their own rankings, and their chunks in the rankings of others.
DELETE FROM ranking
WHERE subtopic_key = ANY(%(keys)s)
   OR chunk_id IN (SELECT chunk_id FROM chunk WHERE subtopic_key = ANY(%(keys)s));

-- name: delete_coverage_of_subtopics
-- Coverage of what is not taught any more.
DELETE FROM coverage WHERE subtopic_key = ANY(%(keys)s);

-- --- documents ----------------------------------------------------------------------------------

-- name: select_subtopic_roots
-- Which of some keys are live, and where the paths of their documents begin.
SELECT subtopic_key, content_root FROM subtopic
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: lock_subtopic
-- One writer per partition.
SELECT subtopic_key FROM subtopic WHERE subtopic_key = %(key)s AND retired_at IS NULL FOR UPDATE;

-- name: upsert_document
-- A document as it was found; its chunks stay as they are until it is chunked.
INSERT INTO document (document_id, subtopic_key, path, section, format, byte_size, content_hash, error)
VALUES (%(document_id)s, %(subtopic_key)s, %(path)s, %(section)s, %(format)s, %(byte_size)s,
        %(content_hash)s, %(error)s)
ON CONFLICT (document_id) DO UPDATE
SET format = excluded.format, byte_size = excluded.byte_size, content_hash = excluded.content_hash,
    error = excluded.error, retired_at = NULL
WHERE (document.format, document.byte_size, document.content_hash, document.error, document.retired_at)
    IS DISTINCT FROM (excluded.format, excluded.byte_size, excluded.content_hash, excluded.error, NULL);

-- name: retire_other_documents
-- Documents that the subtopic does not list any more.
UPDATE document SET retired_at = now(), chunked_hash = ''
WHERE subtopic_key = %(key)s AND NOT document_id = ANY(%(kept)s) AND retired_at IS NULL;

-- name: select_documents
-- The live documents of some partitions, in a stable order.
SELECT document_id, subtopic_key, path, section, content_hash, chunked_hash, error
FROM document
WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL
ORDER BY subtopic_key, path, section;

-- --- chunks -------------------------------------------------------------------------------------

-- name: select_stored_chunks
-- Every chunk ever stored of some documents, as far as a new chunking is compared with it.
SELECT chunk_id, document_id, ordinal, heading_path, line_start, line_end, page_start, page_end, tokens,
       retired_at IS NOT NULL AS retired
FROM chunk
WHERE document_id = ANY(%(documents)s);

-- name: insert_chunk
-- A chunk that was never there.
INSERT INTO chunk (chunk_id, document_id, subtopic_key, ordinal, chunk_type, kind, heading_path, line_start,
                   line_end, page_start, page_end, text, expected_output, embedding_text, embedding_hash,
                   tokens)
VALUES (%(chunk_id)s, %(document_id)s, %(subtopic_key)s, %(ordinal)s, %(chunk_type)s, %(kind)s,
        %(heading_path)s, %(line_start)s, %(line_end)s, %(page_start)s, %(page_end)s, %(text)s,
        %(expected_output)s, %(embedding_text)s, %(embedding_hash)s, %(tokens)s);

-- name: update_chunk
-- A chunk that moved, or came back.
UPDATE chunk
SET ordinal = %(ordinal)s, heading_path = %(heading_path)s, line_start = %(line_start)s,
    line_end = %(line_end)s, page_start = %(page_start)s, page_end = %(page_end)s, tokens = %(tokens)s,
    retired_at = NULL
WHERE chunk_id = %(chunk_id)s;

-- name: retire_chunks
-- Chunks that their document does not hold any more.
UPDATE chunk SET retired_at = now() WHERE chunk_id = ANY(%(chunk_ids)s);

-- name: retire_chunks_of_retired_documents
-- Chunks whose whole document is gone from the partition.
UPDATE chunk SET retired_at = now()
FROM document
WHERE chunk.document_id = document.document_id AND document.retired_at IS NOT NULL
  AND chunk.subtopic_key = %(key)s AND chunk.retired_at IS NULL;

-- name: update_document_chunked
-- What the stored chunks of a document were made from.
UPDATE document SET chunked_hash = %(chunked_hash)s, title = %(title)s, error = NULL
WHERE document_id = %(document_id)s;

-- name: update_document_error
-- A document that cannot be chunked; its last good chunks stay.
UPDATE document SET error = %(error)s WHERE document_id = %(document_id)s;

-- name: select_live_ids
-- The identity of what a partition serves, in reading order.
SELECT chunk_id, embedding_hash
FROM chunk JOIN document USING (document_id)
WHERE chunk.subtopic_key = %(key)s AND chunk.retired_at IS NULL
ORDER BY path, section, ordinal;

-- name: select_live_chunks
-- What knowledge needs of the chunks of some partitions, in reading order.
SELECT chunk_id, subtopic_key, document_id, path AS document, section, ordinal, chunk_type, kind,
       heading_path, line_start, line_end, page_start, page_end, text, expected_output, embedding_text,
       embedding_hash, tokens, difficulty
FROM chunk
JOIN document USING (document_id, subtopic_key)
JOIN subtopic USING (subtopic_key)
WHERE subtopic_key = ANY(%(keys)s) AND chunk.retired_at IS NULL AND subtopic.retired_at IS NULL
ORDER BY subtopic_key, path, section, ordinal;
