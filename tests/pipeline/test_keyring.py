"""Keyrings: whose credential it is, without keeping it."""

from __future__ import annotations

import hashlib

import pytest

from fakeai.pipeline.keyring import CALLERS_MAX, NOBODY, Key, Keyring, keys_in, matches

DIGEST = hashlib.sha256(b"secret").hexdigest()


@pytest.mark.parametrize("key", ["secret", f"sha256:{DIGEST}", f"sha256:{DIGEST.upper()}"])
def test_plain_and_hashed_keys_are_the_same(key: str) -> None:
    """Whatever its form, the credential is known by its name."""
    caller = Keyring({"team": Key(key=key)}).caller(b"secret")

    assert ("team", DIGEST) == (caller.name, caller.digest)
    assert matches(b"secret", key)
    assert not matches(b"Secret", key)


def test_strangers_are_known_by_the_start_of_their_hash() -> None:
    """And who sends nothing is nobody."""
    ring = Keyring({})

    assert f"sha256:{DIGEST[:4]}" == ring.caller(b"secret").name
    assert NOBODY == ring.caller(b"")


def test_a_key_file_has_a_key_a_line() -> None:
    """Name and tier are optional; comments and empty lines are skipped."""
    keys = keys_in(["# all", "", "a", "b team", f"sha256:{DIGEST} other gold # why"])

    assert [None, None, "gold"] == [key.tier for key in keys.values()]
    assert ["team", "other"] == list(keys)[1:]


def test_keys_without_a_name_have_one_each() -> None:
    """It follows from the key alone, so that it is the same in every file."""
    lines = [f"key-{number}" for number in range(3_000)]
    keys = keys_in(lines)

    assert lines == [key.key for key in keys.values()]
    assert [f"sha256:{DIGEST[:12]}"] == [*keys_in(["secret"])]
    assert keys.keys() > keys_in(lines[::100]).keys()


def test_a_key_stands_once() -> None:
    """The second line would be another tier for the same caller."""
    with pytest.raises(ValueError, match=r"line 2: the name sha256:2bb80d537b1d stands twice"):
        keys_in(["secret", f"sha256:{DIGEST}"])


@pytest.mark.parametrize("lines", [["a b c d"], ["a team", "b team"]])
def test_a_wrong_line_is_named(lines: list[str]) -> None:
    """Too many words, or a name twice."""
    with pytest.raises(ValueError, match=f"line {len(lines)}"):
        keys_in(lines)


def test_callers_are_remembered_without_their_keys() -> None:
    """The same caller again is the same object, and no table grows with strangers."""
    ring = Keyring({"team": Key(key="secret")})
    callers = [ring.caller(b"secret") for _ in range(2)]
    first = ring.caller(b"stranger")
    for number in range(2 * CALLERS_MAX):
        ring.caller(b"key-%d" % number)

    assert callers[0] is callers[1]
    assert first == ring.caller(b"stranger")
    assert "team" == ring.caller(b"secret").name
    assert CALLERS_MAX == len(ring._callers)
    assert b"secret" not in ring._callers
