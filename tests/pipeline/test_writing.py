"""writing: lengths, cuts and openings."""

from __future__ import annotations

import math
from random import Random

import pytest

from fakeai.pipeline.writing import RESULT_CHARACTERS_MAX, Pen, told
from fakeai.sim.corpus import BUILTIN
from fakeai.sim.prose import Prose
from fakeai.sim.tokens import CharacterCounter, Counter, HeuristicCounter

COUNTERS: list[Counter] = [HeuristicCounter(), CharacterCounter(4)]


def pen(counter: Counter) -> Pen:
    """Return a pen over the built-in sentences."""
    return Pen(Prose(BUILTIN, counter), counter)


def chance(_part: str) -> Random:
    """Return the same stream each time."""
    return Random(1)


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.name)
def test_a_text_without_end_fills_the_limit(counter: Counter) -> None:
    """It has exactly that many tokens, also when they are counted again."""
    tokens, reason = pen(counter).write(chance, "Hi", 37, math.inf)

    assert (37, "length") == (counter.count("".join(tokens)), reason)


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.name)
def test_a_copy_is_cut_at_the_limit(counter: Counter) -> None:
    """A given text is repeated as far as the limit allows."""
    text = '{"city":"Paris","days":3}'
    whole, cut = pen(counter).copy(text, 100), pen(counter).copy(text, 3)

    assert (text, "stop") == ("".join(whole[0]), whole[1])
    assert (3, "length") == (len(cut[0]), cut[1])
    assert text.startswith("".join(cut[0]))


def test_an_opening_counts_towards_the_limit() -> None:
    """The text after it gives way."""
    counter = HeuristicCounter()
    tokens, reason = pen(counter).open_with("one two ", (["three", " four"], "stop"), 3)

    assert (["one", " two", " three"], "length") == (tokens, reason)


def test_the_earliest_stop_text_cuts() -> None:
    """Among several, the one that comes first in the text counts."""
    counter = HeuristicCounter()
    tokens = counter.split("one two three four")

    assert (["one"], " two") == pen(counter).cut_at_stop(tokens, ["three", " two"])
    assert (tokens, None) == pen(counter).cut_at_stop(tokens, ["five"])


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (['{"temperature": 21, "sky": "clear"}'], "Got temperature: 21, sky: clear\n\n"),
        (['["a", 1]', "plain "], "Got a, 1; plain\n\n"),
        (["42"], "Got 42\n\n"),
        ([], ""),
    ],
)
def test_results_are_put_into_words(results: list[str], expected: str) -> None:
    """JSON becomes readable, text stays, and nothing is said of nothing."""
    assert expected == told(results, "Got {result}")


def test_a_long_result_is_cut() -> None:
    """An answer repeats only so much of it."""
    assert RESULT_CHARACTERS_MAX + 2 == len(told(["x" * 10_000], "{result}"))
