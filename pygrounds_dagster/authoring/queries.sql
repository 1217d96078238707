-- name: select_live_subtopics
-- Which of some keys are live.
SELECT subtopic_key FROM subtopic WHERE subtopic_key = ANY(%(keys)s) AND retired_at IS NULL;

-- name: lock_subtopic
-- One writer per partition; nothing if it was retired.
SELECT subtopic_key FROM subtopic WHERE subtopic_key = %(key)s AND retired_at IS NULL FOR UPDATE;

-- name: select_proven_runs
-- What became of the programs of pages that had no error, by page and the code that checked it.
SELECT subtopic_key, page_hash, runs
FROM content_check
WHERE subtopic_key = ANY(%(keys)s) AND errors = 0;

-- name: upsert_check
-- What a check found of one page.
INSERT INTO content_check (subtopic_key, page_hash, words, prose_words, reading_grade, programs, raising,
                           elsewhere, terms, variations, mistakes, tasks, objectives, objectives_covered, links,
                           nearest_key, nearest_similarity, errors, warnings, findings, runs)
VALUES (%(subtopic_key)s, %(page_hash)s, %(words)s, %(prose_words)s, %(reading_grade)s, %(programs)s,
        %(raising)s, %(elsewhere)s, %(terms)s, %(variations)s, %(mistakes)s, %(tasks)s, %(objectives)s,
        %(objectives_covered)s, %(links)s, %(nearest_key)s, %(nearest_similarity)s, %(errors)s, %(warnings)s,
        %(findings)s, %(runs)s)
ON CONFLICT (subtopic_key) DO UPDATE
SET page_hash = excluded.page_hash, words = excluded.words, prose_words = excluded.prose_words,
    reading_grade = excluded.reading_grade, programs = excluded.programs, raising = excluded.raising,
    elsewhere = excluded.elsewhere, terms = excluded.terms, variations = excluded.variations,
    mistakes = excluded.mistakes, tasks = excluded.tasks, objectives = excluded.objectives,
    objectives_covered = excluded.objectives_covered, links = excluded.links,
    nearest_key = excluded.nearest_key, nearest_similarity = excluded.nearest_similarity,
    errors = excluded.errors, warnings = excluded.warnings, findings = excluded.findings,
    runs = excluded.runs, checked_at = now();

-- name: delete_check
-- The page has no text of its own any more.
DELETE FROM content_check WHERE subtopic_key = %(key)s;

-- name: select_checks
-- What the last checks of live subtopics found (keys NULL: of all), in the curriculum's order.
SELECT subtopic_key, words, prose_words, reading_grade, programs, raising, elsewhere, terms, variations,
       mistakes, tasks, content_check.objectives, objectives_covered, links, nearest_key, nearest_similarity, errors,
       warnings, findings, runs
FROM content_check
JOIN subtopic USING (subtopic_key)
JOIN topic USING (topic_key)
JOIN zone USING (zone_key)
WHERE subtopic.retired_at IS NULL AND (%(keys)s::text[] IS NULL OR subtopic_key = ANY(%(keys)s))
ORDER BY zone.position, zone_key, topic.position, topic_key, subtopic.position, subtopic_key;
