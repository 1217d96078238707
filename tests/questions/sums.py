"""A generator for tests: programs that count, whose output is known because it is counted along.

Also run as a process of its own, to be killed: ``python -m tests.questions.sums URL SESSION KEY...``.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions import make, template
from pygrounds_dagster.questions.bodies import OutputPredictionBody
from pygrounds_dagster.questions.generate import Workshop
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.session_cells import cancelled_watch
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.store.pool import open_pool

GAME = "output_prediction"
LIMITS = {"coding": 2, "non_coding": 3}

State = dict[str, int]
Shape = Callable[[random.Random, State], list[str]]


def _plus(chance: random.Random, state: State) -> list[str]:
    name, by = chance.choice(sorted(state)), chance.randint(2, 90)
    state[name] += by
    return [f"{name} = {name} + {by}"]


def _times(chance: random.Random, state: State) -> list[str]:
    name, other, by = *chance.sample(sorted(state), 2), chance.randint(2, 9)
    state[name] = state[other] * by - state[name]
    return [f"{name} = {other} * {by} - {name}"]


def _when(chance: random.Random, state: State) -> list[str]:
    name, other = chance.sample(sorted(state), 2)
    by = chance.randint(2, 40)
    if state[name] > state[other]:
        state[other] += by
    else:
        state[name] -= by
    return [f"if {name} > {other}:", f"    {other} += {by}", "else:", f"    {name} -= {by}"]


def _again(chance: random.Random, state: State) -> list[str]:
    name, times = chance.choice(sorted(state)), chance.randint(2, 5)
    state[name] += sum(range(times))
    return [f"for step in range({times}):", f"    {name} += step"]


def _rest(chance: random.Random, state: State) -> list[str]:
    name, other, by = *chance.sample(sorted(state), 2), chance.randint(3, 17)
    state[name] = (state[other] + state[name]) % by
    return [f"{name} = ({other} + {name}) % {by}"]


SHAPES: tuple[Shape, ...] = (_plus, _times, _when, _again, _rest)


def sums(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Two hundred programs, each unlike the others."""
    for number in range(200):
        chance = random.Random(f"{seed} {number}")
        state = {name: chance.randint(1, 99) for name in chance.sample(["cost", "size", "days", "mass"], 3)}
        lines = [f"{name} = {value}" for name, value in state.items()]
        for _ in range(chance.randint(2, 6)):
            lines += chance.choice(SHAPES)(chance, state)
        shown = chance.sample(sorted(state), 2)
        body = OutputPredictionBody(
            question_text="What does this program print?",
            code="\n".join([*lines, f"print({', '.join(shown)})"]) + "\n",
            expected_output=" ".join(str(state[name]) for name in shown),
            explanation="Follow the variables from line to line.",
        )
        yield Candidate(body, (source.key,), chunk_ids=(source.code[0].chunk_id,), seed=seed)


def add_subtopics(pool: ConnectionPool, count: int) -> list[str]:
    """Live subtopics with a program each; returns their keys."""
    keys = [f"toy.sums.part_{number:02d}" for number in range(1, count + 1)]
    insert_subtopics(pool, dict.fromkeys(keys, "print(1)\n"))
    return keys


def insert_subtopics(pool: ConnectionPool, programs: Mapping[str, str]) -> None:
    """Live subtopics with one program each, by partition key."""
    with pool.connection() as conn:
        for place, (key, program) in enumerate(programs.items()):
            zone, topic, name = key.split(".")
            conn.execute(
                "INSERT INTO zone VALUES (%s, %s, '', 0, '/content') ON CONFLICT DO NOTHING", [zone, zone]
            )
            conn.execute(
                "INSERT INTO topic VALUES (%s, %s, %s, '', 0) ON CONFLICT DO NOTHING",
                [f"{zone}.{topic}", zone, topic],
            )
            conn.execute(
                "INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, concept_intent,"
                " code_intent, content_root, source_path, content_hash)"
                " VALUES (%s, %s, %s, %s, 'beginner', 'sums', 'sums', '/content', 's.md', '')"
                " ON CONFLICT DO NOTHING",
                [key, f"{zone}.{topic}", name, place],
            )
            conn.execute(
                "INSERT INTO document (document_id, subtopic_key, path, section) VALUES (%s, %s, %s, '')"
                " ON CONFLICT DO NOTHING",
                [f"document {key}", key, f"{key}.md"],
            )
            add_chunk(conn, key, program)


def add_chunk(conn, key: str, program: str) -> str:
    """Make a program the only live chunk of a subtopic; returns its id."""
    chunk_id = hashlib.sha256(f"{key}{program}".encode()).hexdigest()[:32]
    conn.execute("UPDATE chunk SET retired_at = now() WHERE subtopic_key = %s", [key])
    conn.execute(
        "INSERT INTO chunk (chunk_id, document_id, subtopic_key, ordinal, chunk_type, kind, heading_path,"
        " line_start, line_end, text, embedding_text, embedding_hash, tokens)"
        " VALUES (%s, %s, %s, 0, 'Code', 'code', '{Sums}', 1, 1, %s, %s, %s, 3)"
        " ON CONFLICT (chunk_id) DO UPDATE SET retired_at = NULL",
        [chunk_id, f"document {key}", key, program, program, chunk_id],
    )
    return chunk_id


def run_session(pool: ConnectionPool, session_id: UUID, keys: list[str]) -> make.Report:
    """What a run with the session's tag does."""
    watch = cancelled_watch(pool, session_id)
    workshop = Workshop(pool, LIMITS, session_id=session_id, run_id="run", cancelled=watch)
    return make.make_questions(workshop, GAME, keys, {}, target=0)


if __name__ == "__main__":
    template.TEMPLATES = make.TEMPLATES = {**template.TEMPLATES, GAME: sums}
    with open_pool(sys.argv[1], max_size=4, name="worker") as opened:
        run_session(opened, UUID(sys.argv[2]), sys.argv[3:])
