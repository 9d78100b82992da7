"""json_shape: the object that a text asks for."""

from __future__ import annotations

import pytest

from fakeai.sim.json_shape import (
    KEYS_MAX,
    stated_schema,
    wanted_shape,
    without_keys,
    without_shapes,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Answer with {"city": "Rome", "days": 3}', {"city": "string", "days": "integer"}),
        ('Keys: "name" and "age".', {"name": "string", "age": "string"}),
        ("Give JSON with the fields first, second and third", {"first", "second", "third"}),
        ('Keys "日本", "emoji🙂" and "é-1"', {"日本", "emoji🙂", "é-1"}),
        ("With the keys “名前” and 「年齢」", {"名前", "年齢"}),
        ('Keys größe and name; the name is "Anna"', {"größe", "name"}),
        ('The keys should be "name" and "age"', {"name", "age"}),
        ('{"ok": true, "rate": 0.5, "tags": ["a"]}', {"ok", "rate", "tags"}),
        ("Answer in JSON", {"title", "summary"}),
        ('Broken {"a": then {"b": {}} fine', {"b"}),
    ],
)
def test_keys_are_those_of_the_text(text: str, expected: dict[str, str] | set[str]) -> None:
    """An example, quoted names or a list of keys say what the object holds."""
    properties = wanted_shape(text)["properties"]

    assert set(expected) == set(properties)
    if isinstance(expected, dict):
        assert expected == {name: part["type"] for name, part in properties.items()}


def test_a_schema_in_the_text_is_taken_as_it_stands() -> None:
    """Its rules hold for the answer."""
    text = 'Follow {"properties": {"n": {"type": "integer", "minimum": 7}}, "required": ["n"]}'

    assert 7 == wanted_shape(text)["properties"]["n"]["minimum"]


def test_deep_and_wide_examples_are_bounded() -> None:
    """Neither depth nor the number of keys follows the text without end."""
    deep = '{"a":' * 100 + "1" + "}" * 100
    wide = "{" + ",".join(f'"k{i}": 1' for i in range(100)) + "}"

    assert {"a"} == set(wanted_shape(deep)["properties"])
    assert KEYS_MAX == len(wanted_shape(wide)["properties"])


def test_braces_without_json_are_not_tried_for_ever() -> None:
    """A text of braces gets the ordinary object."""
    assert {"title", "summary"} == set(wanted_shape("{" * 8_000)["properties"])


def test_the_last_schema_of_a_text_counts() -> None:
    """Parsers explain their wording by an example before they state the schema."""
    text = 'As for {"properties": {"foo": {}}}, follow {"properties": {"bar": {}}} now'

    assert {"bar"} == set((stated_schema(text) or {})["properties"])
    assert {"bar"} == set(wanted_shape(text)["properties"])
    assert stated_schema("no object, but the word properties") is None


def test_quoted_keys_are_cut_out_of_a_text() -> None:
    """Those that are given a value stay, and so does what is no key."""
    shape = wanted_shape('{"a": "x", "b": "x"}')

    assert 'with   and   of "c", "a": 5' == without_keys('with "a" and `b` of "c", "a": 5', shape)


def test_shapes_are_cut_out_of_a_text() -> None:
    """Schemas always are, objects that are not an example of the shape stay."""
    text = 'See {"properties": {}} and {"a": 1} here'

    assert 'See   and {"a": 1} here' == without_shapes(text)
    assert "See   and   here" == without_shapes(text, wanted_shape('{"a": 5}'))
