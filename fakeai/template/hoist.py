"""Hoisting: what a round of a loop reads several times is read once."""

from __future__ import annotations

import re
from collections import Counter


def hoisted(target: str, lines: list[str]) -> list[str]:
    """Return the lines of a loop's body in which each attribute of its variable is read once.

    `target` is a name that stands for nothing else. Attributes of our own objects may be worked
    out at each reading, and never fail; those that one line alone reads stay where they are.
    """
    reading = re.compile(rf"\b{target}\.(\w+)\b(?!\()")
    counts = Counter(name for line in lines for name in reading.findall(line))
    often = [name for name, count in counts.items() if count > 1]
    if not often:
        return lines
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    first = [f"{indent}{target}{name} = {target}.{name}" for name in often]

    def short(match: re.Match[str]) -> str:
        return f"{target}{match[1]}" if match[1] in often else match[0]

    return [*first, *(reading.sub(short, line) for line in lines)]
