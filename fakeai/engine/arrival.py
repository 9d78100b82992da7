"""Arrival: what the head of a request says of whoever sent it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fakeai.core.document import locate
from fakeai.core.problem import Problem
from fakeai.wire.client_ip import ClientAddresses, network_of
from fakeai.wire.http import LENGTH, LINE

if TYPE_CHECKING:
    from fakeai.core.rng import Rng
    from fakeai.pipeline.credential import Credentials
    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.protocol import Protocol
    from fakeai.spec.load import Loaded
    from fakeai.wire.http import Line

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_FORWARDED: Final = b"x-forwarded-for"
_ID_BITS: Final = 128
_UNKNOWN_PEER: Final = ("", 0)


class Arrival:
    """Gives an exchange its ids, the address of its client, and the key that came with it."""

    __slots__ = ("_addresses", "_credentials", "_id_header", "_prefix", "_unique_bits")

    def __init__(self, dialect: Protocol, addresses: ClientAddresses, rng: Rng) -> None:
        """Read heads as the protocol's clients write them."""
        self._addresses = addresses
        self._credentials = dialect.credentials
        self._id_header = dialect.request_id_header
        self._prefix = dialect.request_id_prefix
        self._unique_bits = rng.unique_bits

    def read(self, exchange: Exchange) -> None:
        """Fill in `id`, `request_id`, `client_ip`, `credential` and `received`."""
        scope = exchange.scope
        headers: list[Header] = scope["headers"]
        line: Line | None = scope.get(LINE)
        known = None if line is None else line.known_head
        sent: _Sent | None = None if known is None else known.get(self)
        if sent is None:
            sent = _Sent(headers, self._credentials, self._id_header)
            if known is not None:
                # The next body is another one, and comes with its head.
                sent.headers.pop(LENGTH, None)
                known[self] = sent
        exchange.received = sent.headers
        exchange.credential = sent.credential
        unique = exchange.id = f"{self._unique_bits(_ID_BITS):032x}"
        exchange.request_id = sent.request_id or self._prefix + unique
        peer = (scope.get("client") or _UNKNOWN_PEER)[0]
        exchange.client_ip = self._addresses.client(peer, sent.forwarded)


class _Sent:
    """What a head says, whichever connection it comes from."""

    __slots__ = ("credential", "forwarded", "headers", "request_id")

    def __init__(self, headers: list[Header], credentials: Credentials, id_header: bytes) -> None:
        self.headers = by_name(headers)
        self.credential = credentials.find(self.headers)
        self.request_id = given_id(headers, id_header) if id_header in self.headers else None
        self.forwarded = forwarded(headers) if _FORWARDED in self.headers else ()


def by_name(headers: list[Header]) -> dict[bytes, bytes]:
    """Return headers by their names; of one that comes twice, the first that is not empty."""
    found = dict(reversed(headers))
    if len(found) < len(headers):
        found.update(reversed([header for header in headers if header[1]]))
    return found


def given_id(headers: list[Header], id_header: bytes) -> str | None:
    """Return the client's own request id, if it is fit for a header and a log line."""
    for name, value in headers:
        if name == id_header and _SANE_ID.fullmatch(value):
            return str(value, "ascii")
    return None


def forwarded(headers: list[Header]) -> list[str]:
    """Return the values of `X-Forwarded-For`, in order."""
    return [value.decode("latin-1") for name, value in headers if name == _FORWARDED]


def compile_addresses(loaded: Loaded, problems: list[Problem]) -> ClientAddresses:
    """Return what tells clients from proxies; an entry that is no address is a problem."""
    known = []
    for position, text in enumerate(loaded.spec.server.trusted_proxies):
        try:
            network_of(text)
        except ValueError as error:
            node = locate(loaded.node, ["server", "trusted_proxies", position])
            path = f"server.trusted_proxies[{position}]"
            hint = "an address such as 10.0.0.7, or a range such as 10.0.0.0/8"
            problems.append(
                Problem(code="FA024", place=node.place, path=path, message=str(error), hint=hint)
            )
        else:
            known.append(text)
    return ClientAddresses(known)
