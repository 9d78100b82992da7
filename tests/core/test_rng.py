"""Random streams: independent by name, repeatable by key."""

from __future__ import annotations

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
