"""Scalars: what a plain YAML word means, by the YAML 1.2 core schema."""

from __future__ import annotations

import math
import re
from typing import Final

Scalar = bool | int | float | str | None

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST_OF_NUMBERS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+(?:_[0-9]{3})*", re.ASCII)
_OCTAL: Final = re.compile(r"0o[0-7]+", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)
#: Beyond these no JSON reader agrees on the value, and Python would refuse to print it.
_DIGITS_MAX: Final = 40
_INTEGER_RANGE: Final = range(-(2**63), 2**63)

TAGS: Final[dict[str, tuple[type, ...]]] = {
    "tag:yaml.org,2002:str": (str,),
    "tag:yaml.org,2002:int": (int,),
    "tag:yaml.org,2002:float": (float, int),
    "tag:yaml.org,2002:bool": (bool,),
    "tag:yaml.org,2002:null": (type(None),),
    "!": (str,),
}


def plain_scalar(text: str) -> Scalar:
    """Return the meaning of an unquoted word; ValueError says why it has none in JSON."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST_OF_NUMBERS:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _OCTAL.fullmatch(text):
        return _integer(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text[2:], 16)
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"`{text}` is no number that JSON can hold")
    return text


def tagged_scalar(text: str, tag: str) -> Scalar:
    """Return the meaning of a word with an explicit tag such as `!!str`."""
    wanted = TAGS[tag]
    value = text if wanted == (str,) else plain_scalar(text)
    if type(value) not in wanted:
        raise ValueError(f"`{text}` does not fit its tag `!!{tag.rpartition(':')[2]}`")
    return float(value) if wanted[0] is float and isinstance(value, int) else value


def _integer(digits: str, base: int) -> int:
    value = int(digits, base) if len(digits) <= _DIGITS_MAX else None
    if value is None or value not in _INTEGER_RANGE:
        raise ValueError("this number is too large: 64 bits are the limit")
    return value


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("this number is too large: JSON cannot hold it")
    return value
