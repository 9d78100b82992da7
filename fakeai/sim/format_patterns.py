"""Format patterns: regular expressions of JSON Schema's formats."""

from __future__ import annotations

from typing import Final

_MONTH_DAY: Final = (
    r"((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_LEAP_YEAR: Final = r"(\d\d(0[48]|[2468][048]|[13579][26])|(0[048]|[2468][048]|[13579][26])00)"
_DATE: Final = rf"(\d{{4}}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"
_LIKELY_DATE: Final = r"20[12]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
_CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d"
_LIKELY_TIME: Final = rf"{_CLOCK}:[0-5]\d(\.\d{{3}})?Z"
_OFFSET: Final = rf"([Zz]|[+-]{_CLOCK})"
_TIME: Final = rf"{_CLOCK}:[0-5]\d(\.\d+)?{_OFFSET}"
_LEAP_SECONDS: Final = rf"{_CLOCK}:([0-5]\d|60)(\.\d+)?{_OFFSET}"

_DAYS: Final = r"\d+D"
_MONTHS: Final = rf"\d+M({_DAYS})?"
_YEARS: Final = rf"\d+Y({_MONTHS})?"
_SECONDS: Final = r"\d+S"
_MINUTES: Final = rf"\d+M({_SECONDS})?"
_HOURS: Final = rf"\d+H({_MINUTES})?"
_WITHIN_DAY: Final = rf"T({_HOURS}|{_MINUTES}|{_SECONDS})"
_DURATION: Final = rf"P(\d+W|({_YEARS}|{_MONTHS}|{_DAYS})({_WITHIN_DAY})?|{_WITHIN_DAY})"

_EXAMPLE: Final = r"example\.(com|org|net)"
_PERSON: Final = r"[a-z]{3,20}(\.[a-z]{3,20}){0,2}"
_DOMAIN: Final = r"([a-z]{3,20}\.)+(com|org|net)"
_LABEL: Final = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
_HOST: Final = rf"{_LABEL}(\.{_LABEL})*"
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"

_OCTET: Final = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PIECE: Final = "[0-9a-fA-F]{1,4}"
_SHORTENED: Final = "|".join(
    rf"({_PIECE}:){{1,{7 - after}}}(:{_PIECE}){{1,{after}}}" for after in range(1, 7)
)
_IPV6: Final = (
    rf"(({_PIECE}:){{7}}{_PIECE}|{_SHORTENED}|({_PIECE}:){{1,7}}:|:((:{_PIECE}){{1,7}}|:))"
)

_PATH_CHAR: Final = r"([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})"
_FIRST_CHAR: Final = r"[A-Za-z0-9._~-]"
_TAIL: Final = rf"(\?({_PATH_CHAR}|[/?])*)?(#({_PATH_CHAR}|[/?])*)?"
_PATH: Final = rf"(/{_PATH_CHAR}*)*"
_SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*:"
_AUTHORITY: Final = rf"//([A-Za-z0-9._~-]+@)?{_HOST}(:\d{{1,4}})?"
_LIKELY_URI: Final = rf"https://{_EXAMPLE}(/[a-z0-9]{{2,20}})*"
_OTHER_URI: Final = rf"https://{_DOMAIN}(/[a-z0-9]{{2,20}})*"
_URI: Final = rf"{_SCHEME}({_AUTHORITY}{_PATH}|({_PATH_CHAR}+(/{_PATH_CHAR}+)*)?){_TAIL}"
_LIKELY_REFERENCE: Final = "(/[a-z0-9]+)+"
_REFERENCE: Final = rf"({_URI}|({_FIRST_CHAR}+)?(/{_PATH_CHAR}+)*/?{_TAIL})"
_TEMPLATE: Final = r"([A-Za-z0-9._~/:?=&#-]|\{[A-Za-z0-9_]+\})*"
_POINTER: Final = r"(/([^~/]|~[01])*)*"
_LETTER: Final = "[A-Za-z0-9_ ,:;@/-]"
_ESCAPED: Final = r"\\[dDwWsS.*+?()\[\]{}|^$\\]"
_ANY: Final = r"[\s\S]*"

_OF_FORMATS: Final = {
    "date": (_LIKELY_DATE, _DATE),
    "time": (_LIKELY_TIME, _TIME, _LEAP_SECONDS),
    "date-time": (
        f"{_LIKELY_DATE}T{_LIKELY_TIME}",
        f"{_DATE}[Tt]{_TIME}",
        f"{_DATE}[Tt]{_LEAP_SECONDS}",
    ),
    "duration": ("P([1-9]D|T[1-9][HM]|[1-9]W)", _DURATION),
    "email": (
        f"{_PERSON}@{_EXAMPLE}",
        f"{_PERSON}@{_DOMAIN}",
        rf"{_ATOM}(\.{_ATOM})*@{_HOST}",
        r"[\s\S]+@[\s\S]+",
    ),
    "idn-email": (
        f"{_PERSON}@{_EXAMPLE}",
        f"{_PERSON}@{_DOMAIN}",
        rf"{_ATOM}(\.{_ATOM})*@{_HOST}",
        _ANY,
    ),
    "hostname": (rf"[a-z]{{3,20}}\.{_EXAMPLE}", _DOMAIN, _HOST, "[A-Za-z0-9.-]+"),
    "idn-hostname": (rf"[a-z]{{3,20}}\.{_EXAMPLE}", _DOMAIN, _HOST, _ANY),
    "ipv4": (rf"({_OCTET}\.){{3}}{_OCTET}",),
    "ipv6": (r"2001:db8(:[0-9a-f]{1,4}){6}", _IPV6, "[0-9a-fA-F:.]+"),
    "uri": (_LIKELY_URI, _OTHER_URI, _URI, f"{_SCHEME}[!-~]*"),
    "uri-reference": (_LIKELY_REFERENCE, _REFERENCE, "[!-~]*"),
    "uri-template": (rf"{_LIKELY_URI}/\{{[a-z]+\}}", _TEMPLATE, _ANY),
    "iri": (_LIKELY_URI, _OTHER_URI, _URI, f"{_SCHEME}{_ANY}"),
    "iri-reference": (_LIKELY_REFERENCE, _REFERENCE, _ANY),
    "uuid": (
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    ),
    "json-pointer": (_LIKELY_REFERENCE, _POINTER),
    "relative-json-pointer": (r"\d(/[a-z0-9]+)+", rf"(0|[1-9]\d*)(#|{_POINTER})"),
    "regex": ("[a-z0-9]+", rf"\^?({_LETTER}[*+?]?|{_ESCAPED}[*+?]?)*\$?", _ANY),
}

FORMAT_PATTERNS: Final = {
    name: tuple(f"^({pattern})$" for pattern in patterns) for name, patterns in _OF_FORMATS.items()
}
"""Patterns of each format, the most readable texts first; the last one has all of its texts."""

LONGEST: Final = {"email": 320, "hostname": 253, "ipv6": 45}
"""Most characters of a format, where its patterns do not say so."""

STAGES: Final = max(map(len, FORMAT_PATTERNS.values()))
"""The most patterns that a format has."""


def format_pattern(name: str, stage: int) -> str:
    """Return a pattern of a format, its last one where it has no more."""
    patterns = FORMAT_PATTERNS[name]
    return patterns[min(stage, len(patterns) - 1)]
