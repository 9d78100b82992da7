"""Mention rules: what each of them finds, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.sim import mention_rules as rules

if TYPE_CHECKING:
    import re


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        (rules.EMAIL, "to zoë.m+x@mail.example.org, please", ["zoë.m+x@mail.example.org"]),
        (rules.EMAIL, "user @ home", []),
        (rules.URL, "(see https://a.io/b?c=1)", ["https://a.io/b?c=1"]),
        (rules.PHONE, "call +1 (202) 555-0143 now", ["+1 (202) 555-0143"]),
        (rules.NUMBER, "-3 and 1,250.5, but not v2 or A-12", ["-3", "1,250.5"]),
        (rules.CODE, "order #ABC-123 of 2025", ["#ABC-123", "2025"]),
        (rules.CAPITALISED, "with Zoë de la Cruz in Île", ["Zoë de la Cruz", "Île"]),
        (rules.IDEOGRAPHS, "東京の天気", ["東京", "天気"]),
        (rules.IDEOGRAPHS, "パリに行く", ["パリ"]),
    ],
)
def test_a_rule_finds_what_it_is_for(rule: re.Pattern[str], text: str, found: list[str]) -> None:
    """In the order of the text."""
    assert found == [match.group() for match in rule.finditer(text)]


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("age", "a 42-year-old", "42"),
        ("age", "aged 7", "7"),
        ("price", "$19.99", "19.99"),
        ("price", "20 euros", "20"),
        ("percent", "80 %", "80"),
        ("temperature", "-4°", "-4"),
        ("year", "since 1999", "1999"),
    ],
)
def test_a_unit_gives_a_number_away(kind: str, text: str, number: str) -> None:
    """Before or behind it."""
    match = rules.MEASURES[kind].search(text)

    assert match is not None
    assert number in match.groups()
