"""Shapes: which part of a schema a value was meant for."""

from __future__ import annotations

import pytest

from fakeai.core.document import parse, path_text
from fakeai.spec.schema import shape_of, spec_type
from fakeai.spec.shape import kind_of
from tests.spec.sections import SECTIONS, Profile

SHAPE = shape_of(spec_type(SECTIONS))
PROFILE = shape_of(Profile)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(None, "null"), (True, "boolean"), (1, "integer"), (1.0, "number")],
        *[("a", "string"), ([], "array"), ((), "array"), ({}, "object")],
    ],
)
def test_kind_of(value: object, expected: str) -> None:
    """Every plain value is of one JSON type; true is no number."""
    assert expected == kind_of(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5ms", [None]),
        ({"distribution": "normal"}, ["DurationNormal"]),
        ({"overhead": "1s"}, ["PromptTime"]),
        (5, []),
    ],
)
def test_meant(value: object, expected: list[str | None]) -> None:
    """A union's member is found by the value's type, a tagged map's by its tag."""
    options = PROFILE.meant(PROFILE.schema["properties"]["ttft"], value)

    assert expected == [option.get("x-struct") for option in options]


def test_a_map_with_an_unknown_tag_may_be_any_of_them() -> None:
    """It is then for the check to say which tags there are."""
    options = PROFILE.meant(PROFILE.schema["properties"]["itl"], {"distribution": "odd"})

    assert len(options) == 5


def test_complete_adds_the_tag_that_may_be_left_out() -> None:
    """Only where the schema names one, at any depth."""
    value = {"latency": {"profiles": {"a": {"ttft": {"overhead": "1s"}, "itl": {"mean": "1s"}}}}}

    assert {
        "latency": {
            "profiles": {
                "a": {"ttft": {"distribution": "work", "overhead": "1s"}, "itl": {"mean": "1s"}}
            }
        }
    } == SHAPE.complete(value, SHAPE.schema)


def test_walk_goes_through_maps_and_lists() -> None:
    """Every value comes with its path; unknown keys are passed by."""
    node = parse("models: { a: { aliases: [b], odd: 1 } }", "f")

    assert ["", "models", "models.a", "models.a.aliases", "models.a.aliases[0]"] == [
        path_text(path) for path, _, _ in SHAPE.walk(node, SHAPE.schema)
    ]


def test_homes() -> None:
    """A key is found wherever it is declared; `*` stands for any name."""
    assert ["latency.profiles.*"] == SHAPE.homes("itl")
    assert ["server"] == SHAPE.homes("port")
    assert [] == SHAPE.homes("models")
    assert [] == SHAPE.homes("nothing")
