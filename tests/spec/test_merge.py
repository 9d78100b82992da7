"""Merge: an overlay laid over its parent."""

from __future__ import annotations

import pytest

from fakeai.core.document import Node, locate, parse, plain
from fakeai.spec.merge import Merge
from fakeai.spec.schema import shape_of, spec_type
from tests.spec.sections import SECTIONS

MERGE = Merge(shape_of(spec_type(SECTIONS)), SECTIONS.keys(), [])


def laid(parent: str, overlay: str) -> Node:
    """Return an overlay laid over its parent."""
    return MERGE.laid(parse(parent, "parent"), parse(overlay, "overlay"))


@pytest.mark.parametrize(
    ("parent", "overlay", "expected"),
    [
        ("{a: {b: 1, c: 2}}", "{a: {b: 3}}", {"a": {"b": 3, "c": 2}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": [3]}),
        ("{a: {b: 1, c: 2}}", "{a: {b: null}}", {"a": {"c": 2}}),
        ("{a: {b: 1}}", "{a: {c: null}}", {"a": {"b": 1, "c": None}}),
        ("{a: {b: 1}}", "{a: 5}", {"a": 5}),
        ("{latency: {}, a: 1}", "{latency: false}", {"a": 1}),
        ("{server: {}}", "{server: false}", {"server": False}),
        ("{a: 1}", "{latency: false}", {"a": 1}),
        ("{locked: [a]}", "{locked: [b]}", {"locked": ["a", "b"]}),
        ("{locked: [a]}", "{locked: 5}", {"locked": 5}),
        ("{rules: [{id: a}]}", "{rules: [{id: b}]}", {"rules": [{"id": "b"}, {"id": "a"}]}),
    ],
)
def test_rules_of_merging(parent: str, overlay: str, expected: object) -> None:
    """Maps merge, the rest replaces, null deletes, false removes a stage's section."""
    assert expected == plain(laid(parent, overlay))


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("{distribution: lognormal, sigma: 1}", {"median": "1s", "sigma": 1}),
        ("{sigma: 1}", {"median": "1s", "sigma": 1}),
        ("{sgima: 1}", {"median": "1s", "sigma": 2, "sgima": 1}),
    ],
)
def test_a_distribution_is_merged_with_its_like(overlay: str, expected: dict[str, object]) -> None:
    """The parent's parameters stay where the kind does."""
    parent = "latency: {profiles: {a: {ttft: {distribution: lognormal, median: 1s, sigma: 2}}}}"
    merged = laid(parent, f"latency: {{profiles: {{a: {{ttft: {overlay}}}}}}}")

    assert {"distribution": "lognormal", **expected} == plain(
        locate(merged, ["latency", "profiles", "a", "ttft"])
    )


@pytest.mark.parametrize(
    "overlay", ["{distribution: constant, value: 1s}", "{overhead: 1s}", "{}", "5ms"]
)
def test_a_map_of_another_kind_replaces(overlay: str) -> None:
    """Parameters of another distribution would mean nothing."""
    parent = "latency: {profiles: {a: {ttft: {distribution: lognormal, median: 1s, sigma: 2}}}}"
    merged = laid(parent, f"latency: {{profiles: {{a: {{ttft: {overlay}}}}}}}")

    assert plain(parse(f"a: {overlay}", "f")) == {
        "a": plain(locate(merged, ["latency", "profiles", "a", "ttft"]))
    }


def test_every_value_keeps_its_place() -> None:
    """A merged spec knows the file of each value."""
    merged = laid("a: { b: 1, c: 2 }", "a: { b: 3 }")

    assert locate(merged, ["a", "b"]).place.file == "overlay"
    assert locate(merged, ["a", "c"]).place.file == "parent"


def test_the_parent_is_not_changed() -> None:
    """The same parent may lie under several overlays."""
    parent = parse("a: { b: { c: 1 } }", "parent")
    MERGE.laid(parent, parse("a: { b: { c: null, d: 2 } }", "overlay"))

    assert {"a": {"b": {"c": 1}}} == plain(parent)


def test_a_file_without_a_parent_may_switch_sections_off() -> None:
    """`false` where there is nothing to remove is as good as nothing."""
    node = MERGE.without_removed(parse("{fakeai: 1, latency: false, server: false}", "f"))

    assert {"fakeai": 1, "server": False} == plain(node)


def test_a_map_has_the_place_of_the_last_file_that_changed_it() -> None:
    """What is wrong with it as a whole is that file's doing; what it left alone keeps its place."""
    merged = laid("{a: {b: {c: 1, d: 2}}, e: {f: 1}}", "{a: {b: {c: 3}}}")
    paths = (["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "d"], ["e"])
    keys = [locate(merged, path).key_place for path in paths]

    assert ["overlay", "overlay", "overlay", "parent", "parent"] == [
        key.file for key in keys if key is not None
    ]
