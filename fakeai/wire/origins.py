"""CORS: which origins may read, and the headers that tell them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
import re2  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Header = tuple[bytes, bytes]
Headers = tuple[Header, ...]

ANY: Final = "*"
METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_VARY: Final[Headers] = ((b"vary", b"Origin"),)
_ALLOW_ORIGIN: Final = b"access-control-allow-origin"
_ALLOW_HEADERS: Final = b"access-control-allow-headers"
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._*-]+)(?::[0-9*]+)?")
_TOKENS: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, \t-]{1,4096}")
_STRANGERS: Final = ("https://stranger.invalid", "http://stranger.invalid")
_TOO_WIDE: Final = "with credentials lets any site act for its visitors: name the sites"
_QUIET: Final = re2.Options()
_QUIET.log_errors = False


class CorsRules(msgspec.Struct, frozen=True, kw_only=True):
    """What browsers on other origins may do.

    An origin is exact (`https://app.example.com`), a glob (`https://*.example.com`,
    `http://localhost:*`), `*` for all, or the string `null` that browsers send for local files.
    """

    origins: tuple[str, ...] = (ANY,)
    origin_regexes: tuple[str, ...] = ()
    methods: tuple[str, ...] = (ANY,)
    headers: tuple[str, ...] = (ANY,)
    expose_headers: tuple[str, ...] = ()
    credentials: bool = False
    max_age_s: int = 600


class Cors:
    """The rules, compiled: every header that does not depend on the request is made once."""

    __slots__ = ("_echo_headers", "_exact", "_pattern", "_preflight", "_simple", "same")

    def __init__(self, rules: CorsRules) -> None:
        """Compile rules in which `origin_problems` finds nothing."""
        exact = {origin.lower() for origin in rules.origins if ANY not in origin}
        globs = [origin.lower() for origin in rules.origins if ANY in origin and origin != ANY]
        patterns = [*map(_glob, globs), *(f"(?:{regex})" for regex in rules.origin_regexes)]
        self._pattern = re2.compile("|".join(patterns), options=_QUIET) if patterns else None
        self._echo_headers = ANY in rules.headers
        self._simple = _simple(rules)
        self.same = ((_ALLOW_ORIGIN, b"*"), *self._simple) if ANY in rules.origins else None
        """The headers of an answer, where they are the same for every origin."""
        self._preflight = _preflight(rules)
        self._exact = {
            origin.encode(): ((_ALLOW_ORIGIN, origin.encode()), *_VARY, *self._simple)
            for origin in exact
        }

    def headers(self, origin: bytes | None) -> Headers:
        """Return the headers of an answer; without an allowed origin, only what caches need."""
        if self.same is not None:
            return self.same
        if origin is None:
            return _VARY
        headers = self._exact.get(origin)
        if headers is not None:
            return headers
        if not self._matches(origin):
            return _VARY
        return ((_ALLOW_ORIGIN, origin), *_VARY, *self._simple)

    def preflight(self, origin: bytes, requested_headers: bytes = b"") -> Headers | None:
        """Return the headers of the answer to a preflight, None when its origin is not allowed."""
        headers = self.headers(origin)
        if headers is _VARY:
            return None
        if self._echo_headers and _TOKENS.fullmatch(requested_headers):
            return (*headers, *self._preflight, (_ALLOW_HEADERS, requested_headers))
        return (*headers, *self._preflight)

    def _matches(self, origin: bytes) -> bool:
        return self._pattern is not None and self._pattern.fullmatch(origin) is not None


def is_preflight(method: str, headers: Sequence[Header]) -> bool:
    """Return whether a request is a browser's question before another one."""
    if method != "OPTIONS":
        return False
    names = {name for name, _ in headers}
    return b"origin" in names and b"access-control-request-method" in names


def origin_problems(rules: CorsRules) -> list[str]:
    """Return what is wrong with the rules, a sentence each."""
    return list(_problems(rules))


def _problems(rules: CorsRules) -> Iterator[str]:
    for origin in rules.origins:
        if origin not in (ANY, "null") and not _ORIGIN.fullmatch(origin.lower()):
            yield f"`{origin}` is not an origin: write scheme://host[:port], without a path"
        elif rules.credentials and (origin == ANY or _is_wide(_glob(origin))):
            yield f"`{origin}` {_TOO_WIDE}"
    for regex in rules.origin_regexes:
        try:
            wide = _is_wide(regex)
        except re2.error as error:
            yield f"`{regex}` is not an RE2 pattern: {error.args[0].decode()}"
        else:
            if rules.credentials and wide:
                yield f"`{regex}` {_TOO_WIDE}"


def _is_wide(pattern: str) -> bool:
    compiled = re2.compile(pattern, options=_QUIET)
    return any(compiled.fullmatch(stranger) is not None for stranger in _STRANGERS)


def _simple(rules: CorsRules) -> Headers:
    headers: list[Header] = []
    if rules.credentials:
        headers.append((b"access-control-allow-credentials", b"true"))
    if rules.expose_headers:
        headers.append((b"access-control-expose-headers", ", ".join(rules.expose_headers).encode()))
    return tuple(headers)


def _preflight(rules: CorsRules) -> Headers:
    methods = METHODS if ANY in rules.methods else rules.methods
    headers: list[Header] = [
        (b"access-control-allow-methods", ", ".join(methods).encode()),
        (b"access-control-max-age", str(rules.max_age_s).encode()),
    ]
    if ANY in rules.headers:
        headers.append((b"vary", b"Access-Control-Request-Headers"))
    elif rules.headers:
        headers.append((_ALLOW_HEADERS, ", ".join(rules.headers).encode()))
    return tuple(headers)


def _glob(origin: str) -> str:
    return "[a-z0-9.-]+".join(re2.escape(part) for part in origin.split(ANY))
