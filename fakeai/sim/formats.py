"""Formats: texts of each format that JSON Schema names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from fakeai.sim.pools import Pools

_HOSTS: Final = ("example.com", "example.org", "example.net")


def _one(rng: Random, values: tuple[str, ...]) -> str:
    return values[int(rng.random() * len(values))]


def _date(rng: Random, _: Pools) -> str:
    return f"{2023 + int(rng.random() * 4)}-{_two(rng, 1, 12)}-{_two(rng, 1, 28)}"


def _two(rng: Random, low: int, high: int) -> str:
    return f"{low + int(rng.random() * (high - low + 1)):02}"


def _time(rng: Random, _: Pools) -> str:
    return f"{_two(rng, 7, 21)}:{_two(rng, 0, 59)}:{_two(rng, 0, 59)}Z"


def _date_time(rng: Random, pools: Pools) -> str:
    return f"{_date(rng, pools)}T{_time(rng, pools)}"


def _duration(rng: Random, _: Pools) -> str:
    return _one(rng, ("P1D", "PT30M", "PT1H", "P2W", "PT2H30M", "P3D"))


def _word(rng: Random, pools: Pools) -> str:
    word = pools.pick("word", rng) or "item"
    return "".join(char for char in word.lower() if "a" <= char <= "z") or "item"


def _email(rng: Random, pools: Pools) -> str:
    names = (pools.pick("first_name", rng) or "", pools.pick("last_name", rng) or "")
    parts = ["".join(c for c in name.lower() if "a" <= c <= "z") for name in names]
    return f"{'.'.join(filter(None, parts)) or 'hello'}@{_one(rng, _HOSTS)}"


def _hostname(rng: Random, pools: Pools) -> str:
    return f"{_word(rng, pools)}.{_one(rng, _HOSTS)}"


def _ipv4(rng: Random, _: Pools) -> str:
    return f"192.0.2.{1 + int(rng.random() * 254)}"


def _ipv6(rng: Random, _: Pools) -> str:
    return f"2001:db8::{1 + int(rng.random() * 65534):x}"


def _uri(rng: Random, pools: Pools) -> str:
    return f"https://{_one(rng, _HOSTS)}/{_word(rng, pools)}"


def _uri_reference(rng: Random, pools: Pools) -> str:
    return f"/{_word(rng, pools)}/{_word(rng, pools)}"


def _uuid(rng: Random, _: Pools) -> str:
    bits = f"{rng.getrandbits(128):032x}"
    variant = "89ab"[int(bits[16], 16) % 4]
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-{variant}{bits[17:20]}-{bits[20:]}"


def _regex(rng: Random, pools: Pools) -> str:
    return f"^{_word(rng, pools)}[0-9]+$"


FORMATS: Final[dict[str, Callable[[Random, Pools], str]]] = {
    "date": _date,
    "date-time": _date_time,
    "time": _time,
    "duration": _duration,
    "email": _email,
    "idn-email": _email,
    "hostname": _hostname,
    "idn-hostname": _hostname,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": _uri,
    "uri-reference": _uri_reference,
    "uri-template": lambda rng, pools: f"{_uri(rng, pools)}/{{id}}",
    "iri": _uri,
    "iri-reference": _uri_reference,
    "uuid": _uuid,
    "json-pointer": _uri_reference,
    "relative-json-pointer": lambda rng, pools: f"1/{_word(rng, pools)}",
    "regex": _regex,
}

SHORTEST: Final = {
    "email": "a@b.co",
    "idn-email": "a@b.co",
    "hostname": "ab",
    "idn-hostname": "ab",
    "ipv4": "1.1.1.1",
    "ipv6": "::1",
    "uri": "a:b",
    "uri-reference": "/",
    "uri-template": "/",
    "iri": "a:b",
    "iri-reference": "/",
    "json-pointer": "",
    "relative-json-pointer": "0",
    "regex": "a",
    "duration": "P1D",
    "time": "08:00:00Z",
}
"""A short text of each format, for schemas with a small `maxLength`."""

STRETCHABLE: Final = frozenset(
    {"uri", "uri-reference", "uri-template", "iri", "iri-reference", "json-pointer", "regex"}
)
"""Formats in which letters may be added at the end."""

MENTIONED_AS: Final = {
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "iri": "url",
    "date": "date",
    "date-time": "datetime",
    "time": "time",
    "ipv4": "ipv4",
    "uuid": "uuid",
    "hostname": "domain",
}
"""The kind of field that each format makes of a nameless one."""
