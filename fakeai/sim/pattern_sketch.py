"""Pattern sketches: quick texts along a pattern, which may not match it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.charset import samples
from fakeai.sim.pattern_syntax import (
    Back,
    Chars,
    Either,
    Group,
    Repeat,
    Sequence,
    Tree,
)

if TYPE_CHECKING:
    from random import Random

EXTRA_REPEATS_MAX: Final = 3
CHARS_MAX: Final = 5_000


def sketch(tree: Tree, rng: Random) -> str:
    """Return a text that follows a pattern, regardless of conditions such as look-ahead.

    Where a pattern has too many states for an exact search, some sketch often does match.
    """
    pencil = _Pencil(rng)
    pencil.draw(tree)
    return "".join(pencil.chars)


class _Pencil:
    """Writes one text from left to right."""

    def __init__(self, rng: Random) -> None:
        self.chars: list[str] = []
        self._rng = rng
        self._groups: dict[int, list[str]] = {}

    def draw(self, tree: Tree) -> None:
        """Write one text of a tree; a condition adds nothing to it."""
        if len(self.chars) > CHARS_MAX:
            return
        match tree:
            case Chars(charset):
                self.chars += self._one(samples(charset) or " ")
            case Sequence(items):
                for item in items:
                    self.draw(item)
            case Either(options):
                self.draw(options[int(self._rng.random() * len(options))])
            case Repeat():
                self._repeat(tree)
            case Group() | Back():
                self._remember(tree)

    def _repeat(self, tree: Repeat) -> None:
        most = tree.low + EXTRA_REPEATS_MAX
        most = most if tree.high is None else min(most, tree.high)
        for _ in range(self._rng.randint(tree.low, most)):
            self.draw(tree.item)

    def _remember(self, tree: Group | Back) -> None:
        if isinstance(tree, Back):
            self.chars += self._groups.get(tree.number, [])
            return
        start = len(self.chars)
        self.draw(tree.item)
        self._groups[tree.number] = self.chars[start:]

    def _one(self, chars: str) -> str:
        return chars[int(self._rng.random() * len(chars))]
