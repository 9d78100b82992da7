"""Texts of grammars, judged by Lark's own parser."""

from __future__ import annotations

import re
from random import Random

import pytest
from lark import Lark

from fakeai.sim.grammar import DEPTH_MAX, TOKENS_MAX, GrammarText
from fakeai.sim.grammar_syntax import GrammarError

ARITHMETIC = r"""
start: sum
sum: product (("+" | "-") product)*
product: atom (("*" | "/") atom)*
atom: NUMBER -> number
    | "(" sum ")"      // a comment
    | NAME "(" [sum ("," sum)*] ")"
NAME: /[a-z]+/ "0".."9"?
%import common.NUMBER
%import common.WS
%ignore WS
"""
GRAMMARS = {
    "one text": 'start: "yes"',
    "one of several": 'start: "yes" | "no" | "maybe"i',
    "an expression": r"start: /[A-Z]{2}-\d{4}/",
    "repeats": 'start: "a"~2..4 "b"+ "c"* "d"? "e"~3',
    "in brackets": 'start: ["a"] ("b" | "c") ["d"]',
    "arithmetic": ARITHMETIC,
    "terminals are one word": 'start: A B\nA: "x" "y"\nB: A "z"\n%ignore " "',
    "rules with marks": 'start: one two\n?one: "1"\n!two.2: "2"',
    "a list of imports": "start: WORD INT\n%import common (WORD, INT)\n%ignore /[ ]+/",
    "a renamed import": "start: TEXT\n%import common.ESCAPED_STRING -> TEXT",
    "options on lines": 'start: first\n    | second\n\nfirst: "1"\nsecond: "2" start',
    "quotes and slashes": r'start: "\"" /\/[a-z]\// "\n"',
    "a rule inside of itself": 'start: "(" start ")" start | "x"',
    "nothing at times": 'start: "a"? tail\ntail: | "b" tail',
    "json": r"""
        start: value
        value: object | array | ESCAPED_STRING | SIGNED_NUMBER | "true" | "false" | "null"
        object: "{" [pair ("," pair)*] "}"
        array: "[" [value ("," value)*] "]"
        pair: ESCAPED_STRING ":" value
        %import common (ESCAPED_STRING, SIGNED_NUMBER, WS)
        %ignore WS
    """,
}
BROKEN = [
    ("", "there is no rule 'start'"),
    ('first: "a"', "there is no rule 'start'"),
    ("start: nowhere", "'nowhere' is not defined"),
    ("start: start", "the rule 'start' never comes to an end"),
    ('start: "a" other\nother: start other', "the rule 'start' never comes to an end"),
    ("start: /(/", "/(/ cannot be kept to"),
    ("start: /a(?=b)/", "nothing matches /a(?=b)/"),
    ("start: X\n%import common.NOTHING -> X", "'common.NOTHING' is not known"),
    ("start: " + " ".join(f"/{n}/" for n in range(101)), "it has more than 100 expressions"),
]


@pytest.mark.parametrize("definition", GRAMMARS.values(), ids=GRAMMARS)
def test_lark_reads_what_is_written(definition: str) -> None:
    """Every text of every seed, and they are not all the same where there is a choice."""
    judge, grammar = Lark(definition), GrammarText(definition)
    texts = [grammar.text(Random(seed)) for seed in range(40)]

    for text in texts:
        judge.parse(text)
    assert texts == [grammar.text(Random(seed)) for seed in range(40)]


def test_a_choice_is_made_anew_by_each_seed() -> None:
    """All options come up."""
    grammar = GrammarText('start: "a" | "b" | "c"')

    assert {"a", "b", "c"} == {grammar.text(Random(seed)) for seed in range(40)}


@pytest.mark.parametrize(("definition", "message"), BROKEN, ids=lambda value: value[:20])
def test_a_grammar_without_texts_is_refused(definition: str, message: str) -> None:
    """The reason names what is wrong."""
    with pytest.raises(GrammarError, match=re.escape(message)):
        GrammarText(definition)


def test_a_text_comes_to_an_end() -> None:
    """However gladly a grammar goes on: late, the shortest way is taken."""
    grammar = GrammarText('start: start start | start start start | "x"')

    assert all(
        len(grammar.text(Random(seed))) < TOKENS_MAX * 2 + DEPTH_MAX * 3 for seed in range(20)
    )


def test_a_text_that_must_be_too_long_is_refused() -> None:
    """What repeats must be repeated, but not a million times."""
    grammar = GrammarText('start: a~1000\na: b~1000\nb: "x"')

    with pytest.raises(GrammarError, match="made of more than 50000 parts"):
        grammar.text(Random(1))
