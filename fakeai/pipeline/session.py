"""Session: the name under which requests keep to one worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fakeai.pipeline.exchange import Exchange

_SESSION_CHARACTERS_MAX: Final = 256


def session_reader(headers: Sequence[str], fields: Sequence[str]) -> Callable[[Exchange], str]:
    """Return what reads the session that a request names, or nothing; the first name decides."""
    names = [name.lower().encode() for name in headers]

    def read(exchange: Exchange) -> str:
        received = exchange.received
        for name in names:
            if received.get(name):
                return str(received[name][:_SESSION_CHARACTERS_MAX], "latin-1")
        request = exchange.request
        for field in fields:
            value = request.get(field) if isinstance(request, dict) else None
            if isinstance(value, str) and value:
                return value[:_SESSION_CHARACTERS_MAX]
        return ""

    return read
