"""Documents: values, places, and everything that can be wrong with YAML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.core.document import (
    DEPTH_MAX,
    VALUES_MAX,
    compose,
    compose_map,
    locate,
    parse,
    path_text,
    plain,
    read,
)
from fakeai.core.problem import Place, Problem, SpecError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
SCALARS = st.none() | st.booleans() | TEXT | st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | FLOATS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


def test_only_maps_have_children() -> None:
    """What else a node may hold has none."""
    node = parse("a: { b: 1 }\nc: [1]\nd:", "f")

    assert ["a", "c", "d"] == [*node.children]
    assert [["b"], [], []] == [[*child.children] for child in node.children.values()]


def problems_of(text: str) -> list[tuple[str, int, int]]:
    """Return code, line and column of all that is wrong with a text."""
    with pytest.raises(SpecError) as raised:
        parse(text, "spec.yaml")
    return [(p.code, p.place.line, p.place.column) for p in raised.value.problems]


@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=4))
def test_every_json_value_comes_back(value: dict[str, object]) -> None:
    """JSON is YAML: what json writes is read as the same value."""
    text = json.dumps(value, ensure_ascii=False)

    assert value == plain(parse(text, "spec.yaml"))


def test_words_mean_what_yaml_1_2_says() -> None:
    """Words of YAML 1.1 are strings, octal has an o, and digit groups are numbers."""
    text = "{a: on, b: no, c: 1:30, d: 0o17, e: 128_000, f: 017, g: 2024-01-01, h: null, i: '5'}"

    values = ["on", "no", "1:30", 15, 128_000, 17, "2024-01-01", None, "5"]
    assert dict(zip("abcdefghi", values, strict=True)) == plain(parse(text, "spec.yaml"))


def test_keys_are_texts() -> None:
    """A key is what is written, also where the word would be a number or a boolean."""
    assert {"on": 1, "503": 2, "true": 3} == plain(parse("on: 1\n503: 2\ntrue: 3", "f"))


def test_places_of_keys_and_values() -> None:
    """Every value and every key knows its line, column and width."""
    node = parse('models:\n  small: { owner: "me" }\n', "spec.yaml")
    owner = locate(node, ["models", "small", "owner"])

    assert Place("spec.yaml", 2, 19, 4) == owner.place
    assert Place("spec.yaml", 2, 12, 5) == owner.key_place
    assert Place("spec.yaml", 2, 10, 15) == locate(node, ["models", "small"]).place


def test_a_place_leaves_out_anchor_and_tag() -> None:
    """What is marked is the value itself."""
    node = parse("a: &name !!str 5\n", "f")

    assert Place("f", 1, 16, 1) == locate(node, ["a"]).place


def test_a_block_is_marked_on_its_first_line() -> None:
    """A value of several lines is marked to the end of the first one."""
    node = parse("a:\n  b: 1   \n  c: 2\n", "f")

    assert Place("f", 2, 3, 4) == locate(node, ["a"]).place


def test_locate_stops_at_the_deepest_that_exists() -> None:
    """A path that goes on is answered with what there is."""
    node = parse("a: { b: [1, 2] }", "f")

    assert locate(node, ["a", "b", 1]).value == 2
    assert locate(node, ["a", "b"]) is locate(node, ["a", "b", 7, "x"])
    assert node is locate(node, ["nothing"])


def test_path_text() -> None:
    """Names are joined by dots, positions stand in brackets."""
    assert path_text(("endpoints", "a", "skip", 0)) == "endpoints.a.skip[0]"
    assert path_text(()) == ""


def test_merge_keys() -> None:
    """The map's own keys win over merged ones, and earlier sources over later ones."""
    text = "x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz: { <<: [*x, *y], c: 3 }\n"

    assert {"a": 1, "b": 1, "c": 3} == plain(locate(parse(text, "f"), ["z"]))


def test_a_merge_key_takes_maps_only() -> None:
    """A merge of anything else is refused where it stands."""
    assert [("FA007", 1, 10)] == problems_of("a: { <<: 5 }")


def test_a_quoted_merge_key_is_a_key() -> None:
    """Quotes make any word an ordinary key."""
    assert {"<<": 5} == plain(parse('"<<": 5', "f"))


def test_an_alias_is_its_anchor_with_a_key_of_its_own() -> None:
    """The value stands at the anchor, the key where the alias is used."""
    node = parse("a: &a { b: 1 }\nc: *a\n", "f")

    assert {"b": 1} == plain(locate(node, ["c"]))
    assert Place("f", 1, 4, 11) == locate(node, ["c"]).place
    assert Place("f", 2, 1, 1) == locate(node, ["c"]).key_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &a [*a]", (1, 8)),
        ("a: *b", (1, 4)),
        ("a: " + "[" * 200 + "]" * 200, (1, DEPTH_MAX + 4)),
        ("a: [" + "1," * VALUES_MAX + "]", (1, 2 * VALUES_MAX - 1)),
    ],
    ids=["recursive", "unknown", "deep", "many"],
)
def test_what_cannot_end_well_is_refused(text: str, place: tuple[int, int]) -> None:
    """Recursion, unknown anchors, deep nesting and too many values stop the reader."""
    assert [("FA007", *place)] == problems_of(text)


def test_aliases_count_each_time() -> None:
    """Ten aliases of ten aliases of ten … are as many values as they would print."""
    levels = ["a0: &a0 [" + "x," * 10 + "]"]
    levels += [f"a{n}: &a{n} [" + f"*a{n - 1}," * 10 + "]" for n in range(1, 7)]

    ((code, line, _),) = problems_of("\n".join(levels))

    assert ("FA007", 6) == (code, line)


def test_aliases_nest_as_deep_as_what_they_stand_for() -> None:
    """A chain of aliases cannot go deeper than written brackets can."""
    levels = ["a0: &a0 " + "[" * 60 + "]" * 60]
    levels += [f"a1: &a1 {'[' * 60}*a0{']' * 60}"]

    ((code, line, _),) = problems_of("\n".join(levels))

    assert ("FA007", 2) == (code, line)


def test_all_duplicates_are_found_and_the_rest_is_read() -> None:
    """A key given twice is a problem that cites the first, and does not hide others."""
    problems: list[Problem] = []
    node = compose_map("a: 1\na: 2\nb: { c: 1, c: 2, d: 3 }\n", "f", problems)

    assert node is not None
    assert {"a": 1, "b": {"c": 1, "d": 3}} == plain(node)
    assert [("a", "f:1:1"), ("b.c", "f:3:6")] == [
        (problem.path, str(problem.related[0].place)) for problem in problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("FA005", 1, 1)]),
        ("# nothing\n", [("FA005", 1, 1)]),
        ("---\n", [("FA005", 1, 1)]),
        ("- a", [("FA009", 1, 1)]),
        ("word", [("FA009", 1, 1)]),
        ("a: 1\n---\nb: 2", [("FA006", 2, 1)]),
        ("a:\n\t- b", [("FA003", 2, 1)]),
        ("a: [", [("FA001", 1, 5)]),
        ("a: !secret b", [("FA008", 1, 12)]),
        ("a: !!set {b}", [("FA008", 1, 10)]),
        ("a: !!int b", [("FA008", 1, 10)]),
        ("a: .nan", [("FA008", 1, 4)]),
        ("[a]: 1", [("FA008", 1, 1)]),
        ('"": 1', [("FA008", 1, 1)]),
    ],
)
def test_every_slip_has_its_code_and_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Each thing that can be wrong with YAML is told apart."""
    assert expected == problems_of(text)


def test_any_top_can_be_composed() -> None:
    """Other documents than specs may be lists or single values."""
    problems: list[Problem] = []
    node = compose("[1, two]", "f", problems)

    assert node is not None
    assert [1, "two"] == plain(node)
    assert [] == problems


def test_read_names_the_file_as_told(tmp_path: Path) -> None:
    """Places show the name that was given, not the path."""
    path = tmp_path / "long.yaml"
    path.write_text("a: 1\n", encoding="utf-8")

    assert read(path, "short.yaml").place.file == "short.yaml"


def test_read_of_nothing(tmp_path: Path) -> None:
    """A file that is not there is a problem with the file's name."""
    with pytest.raises(SpecError) as raised:
        read(tmp_path / "none.yaml", "none.yaml")

    assert [("FA000", "none.yaml:1:1")] == [
        (problem.code, str(problem.place)) for problem in raised.value.problems
    ]
