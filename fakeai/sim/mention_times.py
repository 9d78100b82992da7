"""Mention times: dates and times of day in running text, as ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FOUND_MAX: Final = 64
"""Dates that are remembered of a text."""
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH: Final = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_YEAR: Final = r"(?P<year>\d{4})"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})",
        rf"\b(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}\b",
        rf"\b(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/{_YEAR}\b",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? {_MONTH},? {_YEAR}\b",
        rf"{_YEAR}年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日",
    )
)
_CLOCK: Final = re.compile(
    r"\b([01]?\d|2[0-3])(?::([0-5]\d)\b(?: ?([ap])\.?m)?| ?([ap])\.?m\b)", re.IGNORECASE
)


def dates(text: str) -> list[str]:
    """Return the dates of a text, in the order in which they are mentioned."""
    found = [(m.start(), _iso(m)) for form in _FORMS for m in form.finditer(text)]
    return [day for _, day in sorted(found)[:FOUND_MAX] if day]


def _iso(match: re.Match[str]) -> str:
    """Return a date in ISO 8601, or nothing if there is no such day."""
    parts = match.groupdict()
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return ""


def times(text: str) -> Iterator[str]:
    """Yield the times of day of a text, in hours and minutes."""
    for match in _CLOCK.finditer(text):
        hour, half = int(match[1]), (match[3] or match[4] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        yield f"{hour:02}:{match[2] or '00'}"
