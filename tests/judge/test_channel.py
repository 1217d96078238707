"""The channel: what is written comes back equal, and nothing else is believed."""

from __future__ import annotations

import collections
import datetime
import enum
import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.judge.channel import BadClaimError, TooLargeError, decode, encode
from pygrounds_dagster.judge.plain import Opaque, to_value

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.text(st.characters(categories=["Cs"]))
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(fold=0))
    | st.times().map(lambda moment: moment.replace(fold=0))
    | st.timedeltas()
)
HASHABLE = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.lists(inner, max_size=4).map(collections.deque)
        | st.sets(HASHABLE, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=15,
)


def typed(value: Any) -> Any:
    """The value with every type spelled out, so that 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return ("dict", [(typed(key), typed(item)) for key, item in value.items()])
    if isinstance(value, set | frozenset):
        return (type(value), sorted(map(repr, map(typed, value))))
    if isinstance(value, list | tuple | collections.deque):
        return (type(value), [typed(item) for item in value])
    return (type(value), repr(value))


@given(VALUES)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    assert typed(to_value(decode(encode(value)))) == typed(value)


@given(VALUES)
def test_equal_values_have_one_text(value: Any) -> None:
    assert encode(value) == encode(to_value(decode(encode(value))))


def test_set_order_does_not_show() -> None:
    assert encode({"a", "b", "c", "d"}) == encode({"d", "c", "b", "a"})


def test_special_floats_pass() -> None:
    assert math.isnan(to_value(decode(encode(math.nan))))
    assert to_value(decode(encode([math.inf, -math.inf, -0.0]))) == [math.inf, -math.inf, 0.0]


def test_a_subclass_is_named_and_gives_its_plain_data() -> None:
    class Sly(dict[str, int]):
        def __iter__(self) -> Any:
            return iter(["forged"])

        def items(self) -> Any:
            return [("forged", 1)]

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    tree = decode(encode(Sly(a=1)))
    assert tree[0] == "u"
    assert "Sly" in tree[1]
    assert to_value(tree) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (enum.IntEnum("Level", "LOW HIGH").HIGH, 2),  # type: ignore[attr-defined]
        (collections.namedtuple("Point", "x y")(1, 2), (1, 2)),
    ],
)
def test_library_subclasses_give_their_base(value: object, plain: object) -> None:
    assert to_value(decode(encode(value))) == plain


class Liar:
    """Claims to be an int, in every way a class can."""

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return int

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        raise SystemExit


def test_an_object_that_lies_about_its_class_is_opaque() -> None:
    value = to_value(decode(encode(Liar())))
    assert isinstance(value, Opaque)
    assert value.repr == "<repr raised SystemExit>"


@pytest.mark.parametrize(
    "value",
    [
        list(range(30_000)),
        "x" * 2_000_000,
        b"x" * 2_000_000,
        1 << 10_000_000,
        Decimal("1" * 2_000_000),
    ],
    ids=["nodes", "text", "bytes", "digits", "decimal"],
)
def test_what_is_too_large_is_not_written(value: object) -> None:
    with pytest.raises(TooLargeError):
        encode(value)


def test_cycles_and_depth_end() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(TooLargeError):
        encode(loop)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_refused_or_plain_data(text: str) -> None:
    try:
        tree = decode(text)
    except BadClaimError:
        return
    to_value(tree)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        | st.tuples(st.sampled_from("ifcbBrltSFdDQqTuo"), inner).map(list)
        | st.tuples(st.sampled_from("cQTuo"), inner, inner).map(list)
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(TREES)
def test_any_json_is_refused_or_becomes_a_value(tree: Any) -> None:
    try:
        to_value(decode(json.dumps(tree)))
    except BadClaimError:
        return


@pytest.mark.parametrize(
    "text",
    [
        "1.5",
        "NaN",
        "Infinity",
        "{}",
        "[1]",
        '["i","0x1"]',
        '["i","FF"]',
        '["f","1.5"]',
        '["l",1]',
        '["d",[[1]]]',
        '["r",1,2,"3"]',
        '["x",1]',
        "123456789012345678901234567890",
        '["l",[1]] ',
        "[" * 100_000,
        '["l",[' * 60 + "]]" * 60,
        '["T","os.system","x"]',
        '["D","__import__"]',
    ],
)
def test_malformed_claims_are_refused(text: str) -> None:
    if text.endswith(" "):  # white space is JSON's own business
        assert to_value(decode(text)) == [1]
        return
    with pytest.raises(BadClaimError):
        decode(text)


@pytest.mark.parametrize(
    "text",
    [
        '["d",[[["l",[]],1]]]',
        '["S",[["l",[]]]]',
        '["Q","1","0"]',
        '["T","date","2023-13-99"]',
        '["T","timedelta","1,2"]',
        '["r",1,2,0]',
    ],
)
def test_impossible_values_are_refused(text: str) -> None:
    with pytest.raises(BadClaimError):
        to_value(decode(text))


def test_colliding_keys_are_refused() -> None:
    """2**61 - 1 is the modulus of integer hashes: these keys would all share one bucket."""
    keys = ",".join(f'[["i","{number * (2**61 - 1):x}"],1]' for number in range(1, 200))
    with pytest.raises(BadClaimError, match="collide"):
        to_value(decode(f'["d",[{keys}]]'))


def test_dates_pass() -> None:
    moments = [datetime.date(2024, 2, 29), datetime.timedelta(days=-1, microseconds=5), Fraction(-1, 3)]
    assert to_value(decode(encode(moments))) == moments
