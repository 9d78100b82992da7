"""Random streams: independent by name, repeatable by key."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from statistics import fmean, pstdev

import pytest

from fakeai.core.rng import Rng


def test_the_same_request_has_the_same_key() -> None:
    """With `determinism: request` the key depends on the seed and the request alone."""
    assert Rng(1).key(b"a", pinned=False) == Rng(1).key(b"a", pinned=False)
    assert Rng(1).key(b"a", pinned=False) != Rng(1).key(b"b", pinned=False)
    assert Rng(1).key(b"a", pinned=False) != Rng(2).key(b"a", pinned=False)


def test_a_sequence_repeats_as_a_whole() -> None:
    """With `determinism: sequence` the nth request has the nth key."""
    one, two = Rng(1, "sequence"), Rng(1, "sequence")
    keys = [one.key(b"a", pinned=False) for _ in range(3)]

    assert keys == [two.key(b"b", pinned=False) for _ in range(3)]
    assert 3 == len(set(keys))


def test_off_repeats_only_what_is_pinned() -> None:
    """A request with its own seed repeats even without determinism."""
    rng = Rng(1, "off")

    assert rng.key(b"a", pinned=False) != rng.key(b"a", pinned=False)
    assert rng.key(b"a", pinned=True) == rng.key(b"a", pinned=True)


def test_streams_do_not_shift_each_other() -> None:
    """Two names give independent streams of the same key."""
    rng = Rng(1)

    assert rng.stream("a", 5).random() == rng.stream("a", 5).random()
    assert rng.stream("a", 5).random() != rng.stream("b", 5).random()


def test_no_seed_is_a_seed_from_the_system() -> None:
    """Two servers without a seed differ."""
    assert Rng(None).digest(b"x") != Rng(None).digest(b"x")


def test_unique_bits_do_not_repeat() -> None:
    """They come from entropy, whatever the seed is."""
    rng, twin = Rng(7), Rng(7)
    drawn = [rng.unique_bits(128), rng.unique_bits(128), twin.unique_bits(128)]

    assert 3 == len(set(drawn))


def _is_uniform(counts: Counter[int], cells: int) -> bool:
    """Compare a histogram with what chance allows: 5 sigma of the chi-square, both ways."""
    expected = counts.total() / cells
    surplus = sum((counts[cell] - expected) ** 2 / expected for cell in range(cells)) - cells
    return abs(surplus) < 5 * math.sqrt(2 * cells)


def test_a_stream_is_uniform_and_its_draws_are_independent() -> None:
    """Every value is as likely as another, and so is every one after every other."""
    stream = Rng(1).stream("kv_cache", 0)
    drawn = [stream.random() for _ in range(1 << 16)]
    cells = [int(value * 16) for value in drawn]

    assert all(0 <= value < 1 for value in drawn)
    assert len(drawn) == len(set(drawn))
    assert _is_uniform(Counter(int(value * 256) for value in drawn), 256)
    for lag in (1, 2, 3, 7):
        pairs = zip(cells, cells[lag:], strict=False)
        assert _is_uniform(Counter(a * 16 + b for a, b in pairs), 256)


@pytest.mark.parametrize("name", ["a", "latency", "kv_cache", "completion.text", "n" * 200])
def test_streams_of_neighbouring_keys_are_independent(name: str) -> None:
    """Neither where one counts up nor where a single bit differs."""
    rng = Rng(1)
    for step in (1, 256, 1 << 32, 1 << 50):
        firsts = [int(rng.stream(name, key * step).random() * 16) for key in range(1 << 14)]
        pairs = itertools.pairwise(firsts)

        assert _is_uniform(Counter(firsts), 16)
        assert _is_uniform(Counter(a * 16 + b for a, b in pairs), 256)


def test_streams_of_neighbouring_names_are_independent() -> None:
    """Names that differ in a digit draw apart from the first draw on."""
    rng = Rng(1)
    firsts = [int(rng.stream(f"logprobs.{i}", 7).random() * 16) for i in range(1 << 14)]
    pairs = itertools.pairwise(firsts)

    assert _is_uniform(Counter(a * 16 + b for a, b in pairs), 256)


def test_every_bit_is_as_often_set_as_not() -> None:
    """However many are asked for."""
    stream = Rng(1).stream("bits", 0)
    for size in (1, 8, 53, 64, 65, 200):
        drawn = [stream.getrandbits(size) for _ in range(4096)]
        shares = [sum(value >> bit & 1 for value in drawn) / 4096 for bit in range(size)]

        assert all(abs(share - 0.5) < 0.04 for share in shares)
        assert max(drawn).bit_length() <= size


def test_a_stream_draws_all_that_random_does() -> None:
    """Each draw is of its distribution, and moves the stream on."""
    stream = Rng(1).stream("all", 0)
    normal = [stream.gauss(5, 2) for _ in range(4096)]
    items = stream.sample(range(100), 100)
    stream.shuffle(items)

    assert 5 == pytest.approx(fmean(normal), abs=0.15)
    assert 2 == pytest.approx(pstdev(normal), abs=0.1)
    assert 5 / 6.2 == pytest.approx(fmean(stream.betavariate(5, 1.2) for _ in range(999)), abs=0.02)
    assert 2 == pytest.approx(fmean(stream.gammavariate(4, 0.5) for _ in range(999)), abs=0.15)
    assert list(range(100)) == sorted(items) != items
    assert set(range(6)) == {stream.randint(0, 5) for _ in range(99)}
    assert set("ab") == set(stream.choices("abc", [1, 1, 0], k=99)) | {stream.choice("ab")}


def test_the_draws_of_a_seed_are_the_same_everywhere() -> None:
    """Neither the process nor the version of Python nor the machine has a say in them."""
    stream = Rng(7).stream("completion.text", 5)

    assert [0.4491161385230432, 0.35091724111229305, 0.5456722706357876] == [
        stream.random() for _ in range(3)
    ]
    assert 93954654982265602052475983656 == stream.getrandbits(100)
    assert "ddbha" == "".join(stream.choice("abcdefgh") for _ in range(5))
    assert stream.gauss(0, 1) == pytest.approx(-1.2115480424117433)
    assert 13583855371027719386 == Rng(7).key(b"request", pinned=True)
    assert 9910483856948924167 == Rng(7).digest("a", 1, b"b")
