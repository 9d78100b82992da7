"""hash-key: from an argument or from standard input."""

from __future__ import annotations

import hashlib

from click.testing import CliRunner

from fakeai.cli.main import cli

HASHED = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"


def test_a_key_is_hashed() -> None:
    """Both ways give the same."""
    assert HASHED == CliRunner().invoke(cli, ["hash-key", "secret"]).output
    assert HASHED == CliRunner().invoke(cli, ["hash-key"], input="secret\n").output


def test_an_empty_key_is_wrong_usage() -> None:
    """Nothing is not a key."""
    assert 2 == CliRunner().invoke(cli, ["hash-key"], input="\n").exit_code


def test_a_key_need_not_be_text() -> None:
    """Clients send bytes."""
    digest = hashlib.sha256(b"\xff").hexdigest()

    assert f"sha256:{digest}\n" == CliRunner().invoke(cli, ["hash-key"], input=b"\xff\n").output
