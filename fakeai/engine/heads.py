"""Heads that come again, but for the length of the body.

A request that is there as a whole, and begins with a head that the parser has read before, needs
no parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.value import Record
from fakeai.pipeline.recall import Memory
from fakeai.wire.http import LENGTH

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Header, Scope
    from fakeai.wire.http import KnownHead

HEAD_BYTES_MAX: Final = 4096
"""Longer heads are left to the parser; the numbers of shorter ones are short enough for `int`."""
_END: Final = b"\r\n\r\n"
#: The name as clients write it, cut where all of them write the same.
_LENGTH_END: Final = b"ength: "
_LENGTH_STARTS: Final = (b"\r\ncontent-l", b"\r\nContent-L")
_SCOPE: Final = "scope"


class Piece(Record, eq=False):
    """What was received at once, where it may be a request with a known head."""

    known: KnownHead
    length: bytes
    """The content length as it was sent; empty where none was."""
    body: bytes

    def scope(self, ends: dict[str, Any]) -> Scope | None:
        """Return the head as an application reads it; None while the parser has not read it."""
        kept: tuple[Scope, list[Header], int] | None = self.known.get(_SCOPE)
        if kept is None:
            return None
        scope, headers, place = kept
        headers = headers.copy()
        if place >= 0:
            headers[place] = (LENGTH, self.length)
        scope = scope | ends
        scope["headers"] = headers
        scope["state"] = {}
        return scope

    def learn(self, scope: Scope, body: bytes | bytearray) -> None:
        """Keep the head as the parser has read it, if it found the same body."""
        if len(body) != len(self.body):
            return
        headers: list[Header] = scope["headers"]
        place = [name for name, _ in headers].index(LENGTH) if self.length else -1
        self.known[_SCOPE] = (scope.copy(), headers.copy(), place)


class Heads:
    """The heads of a server's last clients that came more than once."""

    __slots__ = ("_memory",)

    def __init__(self) -> None:
        """Know nothing yet."""
        self._memory = Memory()

    def piece(self, data: bytes) -> Piece | None:
        """Return what was received, if it is just as long as its head says, and the head not new.

        Equal bytes are read alike, and of a length nothing but digits differs: what the parser has
        taken for a whole request once is one again.
        """
        head, _, body = data.partition(_END)
        if len(head) > HEAD_BYTES_MAX:
            return None
        before, name, after = head.partition(_LENGTH_END)
        length = b""
        if name:
            length, _, after = after.partition(b"\r")
            if not before.endswith(_LENGTH_STARTS) or not length.isdigit():
                return None
            if int(length) != len(body):
                return None
        elif body:
            return None
        known = self._memory.of(before + name + after)
        return None if known is None else Piece(known, length, body)
