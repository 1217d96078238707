-- name: lock_registration
-- One registration at a time; readers are not kept waiting.
LOCK TABLE course IN SHARE ROW EXCLUSIVE MODE;

-- name: select_live
-- Live courses and lessons: where they lie, and under which root.
SELECT 'course' AS what, course_id AS id, path, content_root
FROM course WHERE retired_at IS NULL
UNION ALL
SELECT 'lesson', lesson.lesson_id, lesson.path, course.content_root
FROM lesson JOIN course USING (course_id) WHERE lesson.retired_at IS NULL;

-- name: upsert_course
-- Add a course, change it, or bring it back; untouched if it is as it was.
INSERT INTO course (course_id, title, position, difficulty, description, path, content_root, content_hash)
VALUES (%(course_id)s, %(title)s, %(position)s, %(difficulty)s, %(description)s, %(path)s, %(content_root)s,
        %(content_hash)s)
ON CONFLICT (course_id) DO UPDATE
SET title = excluded.title, position = excluded.position, difficulty = excluded.difficulty,
    description = excluded.description, path = excluded.path, content_root = excluded.content_root,
    content_hash = excluded.content_hash, error = NULL, retired_at = NULL
WHERE (course.content_hash, course.path, course.content_root)
      <> (excluded.content_hash, excluded.path, excluded.content_root)
   OR course.error IS NOT NULL OR course.retired_at IS NOT NULL;

-- name: upsert_lesson
-- Add a lesson, change it, or bring it back; untouched if it is as it was.
INSERT INTO lesson (lesson_id, course_id, position, title, description, subtopics, steps, path, content_hash)
VALUES (%(lesson_id)s, %(course_id)s, %(position)s, %(title)s, %(description)s, %(subtopics)s, %(steps)s,
        %(path)s, %(content_hash)s)
ON CONFLICT (lesson_id) DO UPDATE
SET course_id = excluded.course_id, position = excluded.position, title = excluded.title,
    description = excluded.description, subtopics = excluded.subtopics, steps = excluded.steps,
    path = excluded.path, content_hash = excluded.content_hash, error = NULL, retired_at = NULL
WHERE (lesson.content_hash, lesson.path, lesson.course_id, lesson.position)
      <> (excluded.content_hash, excluded.path, excluded.course_id, excluded.position)
   OR lesson.error IS NOT NULL OR lesson.retired_at IS NOT NULL;

-- name: update_course_error
-- Its file is not right now: say why, keep the last good values.
UPDATE course SET error = %(error)s
WHERE path = %(path)s AND retired_at IS NULL AND error IS DISTINCT FROM %(error)s;

-- name: update_lesson_error
-- The same for a lesson.
UPDATE lesson SET error = %(error)s
WHERE path = %(path)s AND retired_at IS NULL AND error IS DISTINCT FROM %(error)s;

-- name: retire_courses
-- No folder stands for them any more.
UPDATE course SET retired_at = now() WHERE course_id = ANY(%(ids)s);

-- name: retire_lessons
-- No course lists them any more.
UPDATE lesson SET retired_at = now() WHERE lesson_id = ANY(%(ids)s);

-- name: update_report
-- What a proof found.
UPDATE lesson SET report = %(report)s, verified_hash = %(content_hash)s, verified_at = now()
WHERE lesson_id = %(lesson_id)s;

-- name: select_lessons
-- Live lessons in order of the courses, with the last proof where it is about the content of now.
SELECT lesson.course_id, lesson.lesson_id, lesson.title, jsonb_array_length(lesson.steps) AS steps,
       lesson.content_hash, coalesce(lesson.error, course.error) AS error,
       CASE WHEN lesson.verified_hash = lesson.content_hash THEN lesson.report END AS report
FROM lesson
JOIN course USING (course_id)
WHERE lesson.retired_at IS NULL AND course.retired_at IS NULL
ORDER BY course.position, course.course_id, lesson.position, lesson.lesson_id;
