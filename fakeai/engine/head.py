"""Heads: what is read before there is a request, and refused."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import httptools

from fakeai.core.error import ApiError
from fakeai.core.value import Value
from fakeai.spec.units import seconds, size_bytes

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Header, Scope
    from fakeai.spec.server import Limits

_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_TARGETS_MAX: Final = 1024
_TARGET_BYTES_MAX: Final = 512
#: What asks for another protocol, of which we speak none.
_UPGRADE: Final = frozenset({b"upgrade", b"http2-settings"})
MALFORMED: Final = (
    HTTPStatus.BAD_REQUEST,
    ApiError("invalid", "Invalid HTTP request received.", code="invalid_http_request"),
)
TOO_LATE: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    ApiError("body_timeout", "The request's head did not arrive in time."),
)
TOO_LARGE: Final = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ApiError("too_large", "The request's head is larger than this server reads."),
)


class HeadLimits(Value):
    """How much of a head is read, and for how long."""

    size_bytes: int
    headers: int
    timeout_s: float

    def are_broken(self, url: bytes, headers: list[Header]) -> bool:
        """Tell whether a head is larger than it may be."""
        size = len(url) + sum([len(name) + len(value) for name, value in headers])
        return size > self.size_bytes


def head_limits(limits: Limits) -> HeadLimits:
    """Return the limits of a spec as numbers."""
    return HeadLimits(
        size_bytes=size_bytes(limits.header_bytes),
        headers=limits.headers,
        timeout_s=seconds(limits.header_timeout),
    )


def make_scope(
    ends: dict[str, Any], method: bytes, url: bytes, version: str, headers: list[Header]
) -> Scope:
    """Return a head as an ASGI application reads it; `ends` are those of its connection."""
    # Long targets are hardly sent twice, and would fill the memory.
    raw_path, path, query = (_target if len(url) <= _TARGET_BYTES_MAX else _split)(url)
    return {
        "type": "http",
        "asgi": _ASGI,
        "http_version": version,
        **ends,
        "root_path": "",
        "headers": headers,
        "state": {},
        "method": method.decode("ascii"),
        "path": path,
        "raw_path": raw_path,
        "query_string": query,
    }


def _split(url: bytes) -> tuple[bytes, str, bytes]:
    """Return the path as it was sent and as it is meant, and the query."""
    parsed = httptools.parse_url(url)
    raw_path: bytes = parsed.path
    path = raw_path.decode("ascii")
    return raw_path, unquote(path) if "%" in path else path, parsed.query or b""


_target = lru_cache(_TARGETS_MAX)(_split)


def without_upgrade(method: bytes, url: bytes, headers: list[Header]) -> bytes:
    """Return a head that does not ask for another protocol, and else says the same.

    A parser that is asked ends with the head, though a body may follow in this protocol.
    """
    lines = [b"%b %b HTTP/1.1" % (method, url)]
    for name, value in headers:
        if name == b"connection":
            options = [option.strip() for option in value.lower().split(b",")]
            lines.append(b"connection: " + b", ".join([x for x in options if x not in _UPGRADE]))
        elif name not in _UPGRADE:
            lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join([*lines, b"", b""])
