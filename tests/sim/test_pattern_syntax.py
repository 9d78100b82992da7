"""Pattern syntax: how each construct is read."""

from __future__ import annotations

import pytest

from fakeai.sim.charset import DIGITS, complement, letters
from fakeai.sim.pattern_syntax import (
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Repeat,
    Sequence,
    Tree,
    UnsupportedPatternError,
    parse,
)

A, B = Chars(letters("a")), Chars(letters("b"))


@pytest.mark.parametrize(
    ("pattern", "tree"),
    [
        ("a", A),
        ("ab", Sequence((A, B))),
        ("a|b", Either((A, B))),
        ("a*", Repeat(A, 0, None)),
        ("a+?", Repeat(A, 1, None)),
        ("a?", Repeat(A, 0, 1)),
        ("a{2}", Repeat(A, 2, 2)),
        ("a{2,}", Repeat(A, 2, None)),
        ("a{2,5}", Repeat(A, 2, 5)),
        ("(a)", Group(A, 1)),
        ("(?<n>a)", Group(A, 1)),
        ("(?:a)", A),
        (r"(a)\1", Sequence((Group(A, 1), Back(1)))),
        ("(?=a)", Look(A, behind=False, negative=False)),
        ("(?!a)", Look(A, behind=False, negative=True)),
        ("(?<=a)", Look(A, behind=True, negative=False)),
        ("(?<!a)", Look(A, behind=True, negative=True)),
        ("^", Edge("start")),
        ("$", Edge("end")),
        (r"\b", Edge("word")),
        (r"\d", Chars(DIGITS)),
        (r"\D", Chars(complement(DIGITS))),
        ("[ab]", Chars(letters("ab"))),
        ("[a-c]", Chars(letters("abc"))),
        ("[^a]", Chars(complement(letters("a")))),
        ("[]a]", Chars(letters("]a"))),
        ("[a-]", Chars(letters("a-"))),
        (r"[\d_]", Chars(letters("0123456789_"))),
        (r"\x61", A),
        (r"\u0061", A),
        (r"\u{61}", A),
        (r"\cA", Chars(letters("\x01"))),
        (r"\.", Chars(letters("."))),
        (r"\n", Chars(letters("\n"))),
        (r"\P{Script=Han}", Chars(complement(((0x4E00, 0x9FFF),)))),
    ],
)
def test_each_construct_has_its_tree(pattern: str, tree: Tree) -> None:
    """One pattern, one tree."""
    assert tree == parse(pattern)


@pytest.mark.parametrize("pattern", ["(", "a)", "[a", "(?i)a", r"\p{Nonsense}", "a{999999}"])
def test_what_is_not_understood_is_refused(pattern: str) -> None:
    """The caller then makes texts without it."""
    with pytest.raises(UnsupportedPatternError):
        parse(pattern)


def test_groups_are_not_nested_without_end() -> None:
    """A tower of brackets is refused."""
    with pytest.raises(UnsupportedPatternError, match="too deep"):
        parse("(" * 100 + "a" + ")" * 100)
