"""Near misses: which known word was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LISTED_MAX: Final = 12
_CUTOFF: Final = 0.7
_MATCHES_MAX: Final = 3


def near_misses(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that `word` resembles, best first, at most three."""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_fold(name), name)
    exact = folded.get(_fold(word))
    if exact is not None:
        return [exact]
    matches = get_close_matches(_fold(word), folded, n=_MATCHES_MAX, cutoff=_CUTOFF)
    return [folded[match] for match in matches]


def did_you_mean(matches: Sequence[str]) -> str | None:
    """Return the question to ask, or None when nothing is near."""
    if not matches:
        return None
    return f"did you mean {' or '.join(f'`{match}`' for match in matches)}?"


def listed(names: Iterable[str]) -> str:
    """Return names as code, separated by commas, the rest of a long list as a number."""
    every = list(names)
    text = ", ".join(f"`{name}`" for name in every[:LISTED_MAX])
    rest = len(every) - LISTED_MAX
    return f"{text} and {rest} more" if rest > 0 else text


def _fold(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
