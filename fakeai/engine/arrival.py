"""Arrival: what the head of a request says of whoever sent it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fakeai.core.document import locate
from fakeai.core.problem import Problem
from fakeai.wire.client_ip import ClientAddresses, network_of

if TYPE_CHECKING:
    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.protocol import Protocol
    from fakeai.spec.load import Loaded

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_REQUEST_ID: Final = b"x-request-id"
_FORWARDED: Final = b"x-forwarded-for"
_ID_BITS: Final = 128
_UNKNOWN_PEER: Final = ("", 0)


class Arrival:
    """Gives an exchange its ids, the address of its client, and the key that came with it."""

    __slots__ = ("_addresses", "_credentials", "_prefix", "_unique_bits")

    def __init__(self, dialect: Protocol, addresses: ClientAddresses, rng: Rng) -> None:
        """Read heads as the protocol's clients write them."""
        self._addresses = addresses
        self._credentials = dialect.credentials
        self._prefix = dialect.request_id_prefix
        self._unique_bits = rng.unique_bits

    def read(self, exchange: Exchange) -> None:
        """Fill in `id`, `request_id`, `client_ip` and `credential`."""
        scope = exchange.scope
        headers: list[Header] = scope["headers"]
        sent = exchange.received = dict(headers)
        unique = f"{self._unique_bits(_ID_BITS):032x}"
        exchange.id = unique
        exchange.request_id = (_REQUEST_ID in sent and given_id(headers)) or self._prefix + unique
        exchange.credential = self._credentials.find(sent)
        peer = (scope.get("client") or _UNKNOWN_PEER)[0]
        exchange.client_ip = self._addresses.client(
            peer, forwarded(headers) if _FORWARDED in sent else ()
        )


def given_id(headers: list[Header]) -> str | None:
    """Return the client's own request id, if it is fit for a header and a log line."""
    for name, value in headers:
        if name == _REQUEST_ID and _SANE_ID.fullmatch(value):
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
