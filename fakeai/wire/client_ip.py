"""Client address: whose request it is when proxies stand in front."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDRESSES_CACHED: Final = 4096
ADDRESS_CHARACTERS_MAX: Final = 64
"""More than any address with brackets, zone and port has; longer entries are garbage."""
HOPS_MAX: Final = 32
"""Entries of the header that are read, from the right."""

Network = IPv4Network | IPv6Network


class Hop(NamedTuple):
    """An address in its canonical form, and whether it is a proxy of ours."""

    address: str
    trusted: bool


class ClientAddresses:
    """Tells a client's address from the connection and, behind trusted proxies, the header."""

    __slots__ = ("_hop", "_networks")

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        """Take addresses and CIDR ranges; ValueError names one that is neither."""
        self._networks = [network_of(text) for text in trusted_proxies]
        self._hop = lru_cache(ADDRESSES_CACHED)(self._read)

    def client(self, peer: str, forwarded: Sequence[str] = ()) -> str:
        """Return the address of whoever speaks.

        `forwarded` are the values of `X-Forwarded-For`, in order. Each proxy appends the address
        it was called from, so the header is believed from the right for as long as the one who
        wrote the entry is trusted. What the client itself put there stands further left and is
        never reached. An entry that is no address ends the walk at the proxy that let it in.
        """
        here = self._hop(peer) or Hop(peer, trusted=False)
        if not here.trusted or not forwarded:
            return here.address
        for entry in _from_the_right(forwarded):
            hop = self._hop(entry) if len(entry) <= ADDRESS_CHARACTERS_MAX else None
            if hop is None:
                break
            here = hop
            if not here.trusted:
                break
        return here.address

    def _read(self, text: str) -> Hop | None:
        try:
            address = ip_address(_bare(text))
        except ValueError:
            return None
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        trusted = any(address in network for network in self._networks)
        return Hop(str(address), trusted)


def network_of(text: str) -> Network:
    """Return an address or CIDR range as a network; ValueError says what is wrong with it."""
    return ip_network(text)


def _from_the_right(values: Sequence[str]) -> list[str]:
    hops: list[str] = []
    for value in reversed(values):
        entries = value.rsplit(",", HOPS_MAX)[-HOPS_MAX:]
        hops += [entry.strip() for entry in reversed(entries)]
        if len(hops) >= HOPS_MAX:
            break
    return hops[:HOPS_MAX]


def _bare(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0].partition("%")[0]
    if text.count(":") == 1:
        return text.partition(":")[0]
    return text.partition("%")[0]
