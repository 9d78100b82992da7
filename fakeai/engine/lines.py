"""Lines: the parts of an answer's head that are the same again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Header
    from fakeai.wire.http import Form

_NAMES_MAX: Final = 512

INTERIM: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
FAILED: Final = (
    b"HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
)
#: What follows the last header, by the form of the body and whether the connection stays.
HEAD_ENDS: Final[dict[tuple[Form, bool], bytes]] = {
    ("plain", True): b"\r\n\r\n",
    ("plain", False): b"\r\nconnection: close\r\n\r\n",
    ("chunk", True): b"\r\ntransfer-encoding: chunked\r\n\r\n",
    ("chunk", False): b"\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
}


class Openings:
    """The first lines of answers: the status, and the headers that all of them have."""

    __slots__ = ("_headers", "_lines")

    def __init__(self) -> None:
        """Know nothing yet."""
        self._headers: list[Header] = []
        self._lines: dict[int, bytes] = {}

    def lines(self, status: int, headers: list[Header]) -> bytes:
        """Return the lines; they are made again when the server has set other headers."""
        if headers is not self._headers:
            self._headers = headers
            self._lines.clear()
        found = self._lines.get(status)
        if found is None:
            shared = b"".join([b"%b: %b\r\n" % header for header in headers])
            found = self._lines[status] = STATUS_LINE[status] + shared
        return found


@lru_cache(_NAMES_MAX)
def line_start(name: bytes) -> bytes:
    """Return a header's name as its line begins; RuntimeError refuses what is no name."""
    if HEADER_RE.search(name):
        raise RuntimeError("Invalid HTTP header name.")
    return name.lower() + b": "
