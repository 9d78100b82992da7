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


def read(*lines: str) -> tuple[dict[str, Key], list[str]]:
    """Return the keys of a key file, and what is wrong with its lines."""
    wrong: list[str] = []
    keys = keys_in(lines, ["gold"], lambda line, why: wrong.append(f"line {line}: {why}"))
    return keys, wrong


def test_a_key_file_has_a_key_a_line() -> None:
    """Name and tier are optional; comments and empty lines are skipped."""
    keys, wrong = read("# all", "", "a", "b team", f"sha256:{DIGEST} other gold # why")

    assert [None, None, "gold"] == [key.tier for key in keys.values()]
    assert ["team", "other"] == list(keys)[1:]
    assert [] == wrong


def test_keys_without_a_name_have_one_each() -> None:
    """It follows from the key alone, so that it is the same in every file."""
    lines = [f"key-{number}" for number in range(3_000)]
    keys, _ = read(*lines)

    assert lines == [key.key for key in keys.values()]
    assert [f"sha256:{DIGEST[:12]}"] == [*read("secret")[0]]
    assert keys.keys() > read(*lines[::100])[0].keys()


def test_a_key_stands_once() -> None:
    """The second line would be another tier for the same caller."""
    _, wrong = read("secret", f"sha256:{DIGEST}", "secret team")

    assert [
        "line 2: the name sha256:2bb80d537b1d stands twice",
        "line 3: the key of team is that of sha256:2bb80d537b1d",
    ] == wrong


def test_each_wrong_line_is_named() -> None:
    """Too many words, a name twice, a hash that nothing can match, a tier that nobody declared."""
    keys, wrong = read("a b c d", "b team", "c team", "sha256:zz", "d last free", "e")

    assert [1, 3, 4, 5] == [int(text.split()[1].strip(":")) for text in wrong]
    assert ["b", "e"] == [key.key for key in keys.values()]


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
