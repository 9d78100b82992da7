"""Credentials: where a key may stand."""

from __future__ import annotations

import pytest

from fakeai.pipeline.credential import CredentialRow, Credentials

ROWS = [CredentialRow(header="Authorization", prefix="Bearer "), CredentialRow(header="x-key")]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], b""),
        ([(b"authorization", b"Bearer a b ")], b"a b"),
        ([(b"authorization", b"BEARER a")], b"a"),
        ([(b"authorization", b"Basic a")], b""),
        ([(b"authorization", b"Basic a"), (b"x-key", b"b")], b"b"),
        ([(b"x-key", b"b"), (b"authorization", b"Bearer a")], b"a"),
    ],
)
def test_the_first_row_that_fits_decides(
    headers: list[tuple[bytes, bytes]], expected: bytes
) -> None:
    """Another scheme is no key of ours."""
    assert expected == Credentials(ROWS).find(dict(headers))
