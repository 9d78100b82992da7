"""Credentials: in which headers a protocol's clients send their key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.spec.model import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class CredentialRow(Section, kw_only=True):
    """A header that may bear the key."""

    header: Annotated[str, Meta(min_length=1, description="Name of the header.")]
    prefix: Annotated[str, Meta(description="What stands before the key, whatever the case.")] = ""


class Credentials:
    """Finds the key of a request; the first row whose header is there decides."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[CredentialRow]) -> None:
        """Take the rows in the order of precedence."""
        self._rows = [
            (row.header.lower().encode(), row.prefix.lower().encode(), len(row.prefix))
            for row in rows
        ]

    def find(self, sent: Mapping[bytes, bytes]) -> bytes:
        """Return the key as it was sent with these headers; empty when there is none."""
        for name, prefix, skipped in self._rows:
            value = sent.get(name)
            if value is not None and value[:skipped].lower() == prefix:
                return value[skipped:].strip()
        return b""
