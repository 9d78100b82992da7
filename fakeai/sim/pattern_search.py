"""Pattern search: texts of a language, the shortest or any."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Final

from fakeai.sim.charset import samples
from fakeai.sim.regular import INFINITE

if TYPE_CHECKING:
    from random import Random

    from fakeai.sim.regular import Algebra, Node

STOP_CHANCE: Final = 0.3
WALK_MAX: Final = 48
"""Characters chosen freely before the text is brought to its end by the shortest way."""


class Search:
    """Finds texts of one algebra's languages; what it learns is kept for the next text."""

    def __init__(self, algebra: Algebra, *, eager: bool = False) -> None:
        """Start knowing nothing; `eager` goes on with the longest of equally good beginnings."""
        self._algebra = algebra
        self._eager = eager
        self._options: dict[Node, tuple[tuple[str, Node], ...]] = {}
        self._endings: dict[Node, str | None] = {}
        self._dead: set[Node] = set()

    def options(self, node: Node) -> tuple[tuple[str, Node], ...]:
        """Return the characters that may come next, and what may follow each."""
        found = self._options.get(node)
        if found is None:
            pairs: dict[Node, str] = {}
            for charset in self._algebra.classes(node):
                chars = samples(charset)
                if not chars:
                    continue
                rest = self._algebra.after(node, ord(chars[0]))
                if rest is not self._algebra.none and rest not in pairs:
                    pairs[rest] = chars
            found = tuple((chars, rest) for rest, chars in pairs.items())
            self._options[node] = found
        return found

    def shortest(self, node: Node) -> str | None:
        """Return the shortest text of a language, or None if it has none."""
        if node in self._dead:
            return None
        if node not in self._endings:
            self._endings[node] = self._best_first(node)
        return self._endings[node]

    def _best_first(self, start: Node) -> str | None:
        """Follow the way that promises the shortest text (A*)."""
        order = count()
        heap: list[tuple[int, int, int, str, Node]] = [(start.shortest, 0, next(order), "", start)]
        seen = {start}
        while heap:
            *_, text, node = heapq.heappop(heap)
            if node.nullable:
                return text
            for chars, rest in self.options(node):
                if rest not in seen and rest not in self._dead and rest.shortest < INFINITE:
                    seen.add(rest)
                    cost = len(text) + 1 + rest.shortest
                    rank = -len(text) if self._eager else 0
                    heapq.heappush(heap, (cost, rank, next(order), text + chars[0], rest))
        # Whatever can be reached from a language without a text has none either.
        self._dead |= seen
        return None

    def text(self, node: Node, rng: Random) -> str | None:
        """Return a text of a language, or None if it has none or the way to it was missed."""
        out: list[str] = []
        passed = [node]
        while len(out) < WALK_MAX + node.shortest:
            if node.nullable and rng.random() < STOP_CHANCE:
                break
            options = self.options(node)
            if not options:
                break
            chars, node = options[int(rng.random() * len(options))]
            out.append(chars[int(rng.random() * len(chars))])
            passed.append(node)
        ending = self.shortest(node)
        while ending is None and out and self._eager:
            # Back half of the way, where there may still have been an end.
            del out[len(out) // 2 :]
            ending = self.shortest(passed[len(out)])
        return None if ending is None else "".join(out) + ending
