"""Filters: what each gives, for null too."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.template.filters import CHARACTERS_MAX, FILTERS, replace
from tests.template.yaml_source import rendered


@pytest.mark.parametrize(
    ("value", "applied", "expected"),
    [
        (-3, "abs", 3),
        (None, "default('x')", "x"),
        ("", "default('x')", ""),
        (None, "default", ""),
        ([1, 2], "first", 1),
        ([], "first", None),
        (None, "first", None),
        ([1, 2], "last", 2),
        ([], "last", None),
        ("1.5", "float", 1.5),
        ("x", "float", None),
        ("12", "int", 12),
        (3.9, "int", 3),
        ("x", "int(7)", 7),
        (float("inf"), "int", None),
        (["a", 1, None, 2.0], "join(', ')", "a, 1, , 2.0"),
        (None, "join", ""),
        ({"a": [1, "é\n"]}, "json", '{"a":[1,"é\\n"]}'),
        ("a", "tojson", '"a"'),
        ("abc", "length", 3),
        (None, "length", 0),
        ("ABC", "lower", "abc"),
        (None, "lower", ""),
        ([{}, {"a": [1, {"id": 7}]}, {"id": 7}], "path_to('id', 7)", "1.a.1"),
        ({"id": None}, "path_to('id', none)", ""),
        ({"a": {"b": "id"}}, "path_to('id', none)", None),
        (None, "path_to('id', 7)", None),
        ("a-b-c", "replace('-', '+')", "a+b+c"),
        (None, "replace('a', 'b')", ""),
        ("a.b", "split('.')", ["a", "b"]),
        (2.5, "round", 2),
        (2.345678, "round(2)", 2.35),
        (2.345678, "round(-5)", 2),
        (True, "string", "true"),
        (" a\n", "trim", "a"),
        ("abc", "upper", "ABC"),
        ([{"a": 1}, {"a": 2}, {}, 1], "without('a', 1)", [{"a": 2}, {}, 1]),
        (None, "without('a', 1)", []),
        (1_767_225_600, "rfc3339", "2026-01-01T00:00:00Z"),
        (1_767_225_600.25, "rfc3339(3)", "2026-01-01T00:00:00.250Z"),
        (1_767_225_600.25, "rfc3339(9)", "2026-01-01T00:00:00.250000Z"),
        (1_767_225_600, "http_date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        (1_767_225_600, "strftime('%Y/%m')", "2026/01"),
    ],
)
def test_each_filter_gives_what_its_name_says(value: Any, applied: str, expected: Any) -> None:
    """Null has no length, no text and no items."""
    found = rendered(f'"{{{{ request.x|{applied} }}}}"', request={"x": value})

    assert (type(expected), expected) == (type(found), found)


def test_every_filter_is_tried_above() -> None:
    """The list is closed."""
    (mark,) = [
        mark
        for mark in test_each_filter_gives_what_its_name_says.pytestmark
        if mark.name == "parametrize"
    ]

    assert set(FILTERS) == {applied.partition("(")[0] for _, applied, _ in mark.args[1]}


def test_a_text_cannot_grow_without_bound() -> None:
    """Two long texts of a request must not be multiplied."""
    with pytest.raises(ValueError, match="is more than"):
        replace("a" * 5000, "a", "b" * 5000)
    with pytest.raises(ValueError, match="is more than"):
        FILTERS["join"]([1] * 5000, "b" * 5000)

    assert CHARACTERS_MAX == len(replace("a" * 4000, "a", "b" * (CHARACTERS_MAX // 4000)))
