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
        (rules.IDEOGRAPHS, "请订从北京到上海的机票", ["北京", "上海", "机票"]),
        (
            rules.NUMBER,
            "1e3, 1,2,3, 19,99 and 100美元 at 7pm",
            ["1e3", "1", "2", "3", "19,99", "100"],
        ),
        (rules.QUOTED, "`a b` or 'it's c' and don't „d“", ["`a b`", "'it's c'", "„d“"]),
        (rules.FENCED, "```sql\na\nb\n```", ["```sql\na\nb\n```"]),
        (rules.ACRONYM, "AAPL, BRK.B and Msft", ["AAPL", "BRK.B"]),
        (rules.PATH, "~/a.b/c, src/d.py. and/or e.g. x.io", ["~/a.b/c", "src/d.py"]),
        (rules.FORMULA, "say (2+3) * 4 - please", ["(2+3) * 4 "]),
        (rules.SAID, "tell him that I left.", ["tell him that I left"]),
        (rules.EXACT["ipv4"], "1.2.3.4, not 1.2.3.4.5", ["1.2.3.4"]),
        (rules.EXACT["ipv6"], "at ::1 or fe80::1", ["::1", "fe80::1"]),
        (rules.EXACT["domain"], "from shop.example.net.", ["shop.example.net"]),
        (rules.EXACT["version"], "use v1.2.3-rc.1", ["v1.2.3-rc.1"]),
        (rules.EXACT["postcode"], "SW1A 1AA or 94107", ["SW1A 1AA", "94107"]),
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
