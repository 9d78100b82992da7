"""Regular languages: what is left of a language after a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.charset import letters
from fakeai.sim.pattern import language
from fakeai.sim.regular import Algebra, BudgetSpentError, Node

PATTERNS = st.sampled_from(["a", "a*", "ab|c", "(a|b)*c", "a{2,3}b?", "[^a]b", "(?!ab)[abc]*", ""])


def accepts(algebra: Algebra, node: Node, text: str) -> bool:
    """Tell whether a text is in a language."""
    for char in text:
        node = algebra.after(node, ord(char))
    return node.nullable


@given(PATTERNS, PATTERNS, st.text(alphabet="abc", max_size=6))
def test_derivatives_agree_with_a_regex_engine(one: str, other: str, text: str) -> None:
    """Union, intersection and complement of two patterns, on any text."""
    algebra = Algebra(50_000)
    first, second = language(algebra, one), language(algebra, other)
    in_first, in_second = re.fullmatch(one, text), re.fullmatch(other, text)

    assert bool(in_first) == accepts(algebra, first, text)
    assert bool(in_first and in_second) == accepts(algebra, algebra.both(first, second), text)
    assert bool(in_first or in_second) == accepts(algebra, algebra.either(first, second), text)
    assert (in_first is None) == accepts(algebra, algebra.negate(first), text)


@given(PATTERNS, st.text(alphabet="abc", max_size=6))
def test_the_shortest_length_is_a_lower_bound(pattern: str, text: str) -> None:
    """No text of a language is shorter."""
    algebra = Algebra(50_000)
    node = language(algebra, pattern)

    assert not accepts(algebra, node, text) or node.shortest <= len(text)


def test_languages_built_alike_are_one_object() -> None:
    """Whatever the order in which their parts are given."""
    algebra = Algebra(1_000)
    one, other = algebra.chars(letters("a")), algebra.chars(letters("b"))

    assert algebra.either(one, other) is algebra.either(other, one, algebra.none)
    assert algebra.both(one, other, algebra.all) is algebra.both(other, one)
    assert one is algebra.negate(algebra.negate(one))


def test_characters_of_one_class_lead_to_the_same_rest() -> None:
    """So that one of each class is enough to try."""
    algebra = Algebra(1_000)
    node = language(algebra, "[a-m]x|[k-z]y")

    for charset in algebra.classes(node):
        rests = {algebra.after(node, code) for low, high in charset for code in {low, high}}
        assert 1 == len(rests)


def test_work_is_bounded() -> None:
    """A pattern that multiplies is given up."""
    with pytest.raises(BudgetSpentError):
        language(Algebra(50), "(a|b|c|d|e|f){5}(g|h|i|j|k|l){5}")
