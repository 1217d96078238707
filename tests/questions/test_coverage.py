"""What the bank has and lacks, as figures."""

from __future__ import annotations

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions import make
from pygrounds_dagster.questions.coverage import (
    NOT_MADE,
    NOT_SAID,
    by_family,
    gap_reasons,
    key_bias,
    likenesses,
    read_cells,
    uniform_p,
)
from pygrounds_dagster.questions.generate import Workshop
from tests.questions.sums import GAME, LIMITS, add_subtopics, sums


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        # scipy.stats.chisquare, to six places
        ((25, 25, 25, 25), 1.0),
        ((30, 20, 25, 25), 0.572407),
        ((61, 13, 13, 13), 0.0),
        ((20, 30, 15, 35), 0.018566),
    ],
)
def test_the_p_value_is_that_of_the_chi_square_test(counts: tuple[int, ...], p: float) -> None:
    assert uniform_p(counts) == pytest.approx(p, abs=1e-6)


def test_no_questions_are_no_bias(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        assert key_bias(conn).p_value == 1.0
    with pytest.raises(ValueError, match="4 counts"):
        uniform_p((1, 2))


def test_cells_say_what_they_have_and_why_they_lack(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    keys = add_subtopics(pool, 1)
    with pool.connection() as conn:
        untouched = read_cells(conn, 2)
    assert len(untouched) == 8 * 4
    assert {(cell.live, cell.missing, cell.reason) for cell in untouched} == {(0, 2, NOT_MADE)}

    make.make_questions(Workshop(pool, LIMITS), GAME, keys, {}, target=2)
    make.make_questions(Workshop(pool, LIMITS), "trace", keys, {}, target=2)
    with pool.connection() as conn:
        conn.execute("UPDATE question SET state = 'withdrawn' WHERE difficulty = 'beginner'")
        cells = {(cell.game_type, cell.difficulty): cell for cell in read_cells(conn, 2)}
        found = likenesses(conn, GAME)
    assert cells[GAME, "intermediate"].missing == 0
    assert cells[GAME, "intermediate"].reason == ""
    assert cells[GAME, "beginner"].reason == NOT_SAID
    assert cells["trace", "master"].reason == make.NO_GENERATOR
    assert by_family(list(cells.values()))[keys[0], "non_coding", "intermediate"] == 2
    assert by_family(list(cells.values()))[keys[0], "coding", "intermediate"] == 0
    assert gap_reasons(list(cells.values()))[make.NO_GENERATOR] == 8
    assert (found.same, found.alike) == ([], [])
    assert found.questions == sum(cell.live for cell in cells.values())
