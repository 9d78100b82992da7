"""Lark's notation, as far as it is read."""

from __future__ import annotations

import pytest

from fakeai.sim.grammar_syntax import (
    GRAMMAR_CHARACTERS_MAX,
    GrammarError,
    InOrder,
    Literal,
    Name,
    OneOf,
    Regex,
    Repeat,
    Tree,
    parse_grammar,
)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ('"a"', Literal("a")),
        (r'"\"\n"', Literal('"\n')),
        ("/a+/i", Regex("a+")),
        (r"/a\/b/", Regex("a/b")),
        ('"a".."f"', Regex("[a-f]")),
        ("other", Name("other")),
        ("one two -> alias", InOrder((Name("one"), Name("two")))),
        ("one | two", OneOf((Name("one"), Name("two")))),
        ("| one", OneOf((InOrder(()), Name("one")))),
        ("[one]", Repeat(Name("one"), 0, 1)),
        ("(one)+", Repeat(Name("one"), 1, None)),
        ("one~2..3", Repeat(Name("one"), 2, 3)),
        ("one~2", Repeat(Name("one"), 2, 2)),
        ("one // a remark", Name("one")),
        ("one\n  // a remark\n\n  | two", OneOf((Name("one"), Name("two")))),
    ],
)
def test_a_definition_is_a_tree(source: str, tree: Tree) -> None:
    """Each form of the notation."""
    assert tree == parse_grammar(f"start: {source}\n").rules["start"]


def test_commands_are_read() -> None:
    """Imports with and without another name, in a list, and what is ignored."""
    grammar = parse_grammar(
        "%import common.WS\n%import common.INT -> N\n%import common (A, B)\n%ignore WS\n"
    )

    assert {"WS": "WS", "N": "INT", "A": "A", "B": "B"} == grammar.imported
    assert [Name("WS")] == grammar.ignored


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('start: "a', "line 1 cannot be read from '\"a' on"),
        ("start: a{b}", "line 1 cannot be read"),
        ('start: "a"\n\nstart: &', "line 3 cannot be read"),
        ("start", "it ends too early"),
        ('start "a"', "':' is expected"),
        ('start: ("a"', "it ends too early"),
        ('start: ("a"\n', "the end of a line"),
        ('start: "a")', "not expected in the definition of 'start'"),
        ('"a": start', "a definition cannot begin with"),
        ("%declare A", "'%declare' is not supported"),
        ("%import other.A", "only 'common' can be imported from"),
        ("start: a~5..2", "repeats less than it must"),
        ("start: a~9999", "no number of repeats up to 1000"),
        ('start: "f".."a"', "is no range of characters"),
        ("start: " + "(" * 40, "nested deeper than 32 levels"),
        ("\n".join(f"r{n}: x" for n in range(201)), "more than 200 rules"),
        ("x" * (GRAMMAR_CHARACTERS_MAX + 1), "longer than 10000 characters"),
        (r'start: "\x"', "is not a text"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_read_is_told(source: str, message: str) -> None:
    """With the place or the word that is wrong."""
    with pytest.raises(GrammarError) as caught:
        parse_grammar(source)

    assert message in str(caught.value)
