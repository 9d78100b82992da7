"""Lexicon: the tokens of answers as numbers, which take little memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS_MAX: Final = 32_768
"""Words of a lexicon; a full one makes place for a new one, and goes with its last tokens."""
CHARACTERS_MAX: Final = 32
"""Longer words are not taken in."""
TOKENS_MIN: Final = 32
"""Fewer tokens stay as they are."""


class Numbered(Sequence[str]):
    """Tokens as the numbers of their words.

    The collector passes over it in one step, where it would go through a list word by word.
    """

    __slots__ = ("_numbers", "_words")

    def __init__(self, words: list[str], numbers: array[int]) -> None:
        """`words` may grow, but not change."""
        self._words = words
        self._numbers = numbers

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return a token, or a list of some."""
        if isinstance(index, slice):
            return [self._words[number] for number in self._numbers[index]]
        return self._words[self._numbers[index]]

    def __iter__(self) -> Iterator[str]:
        """Yield the tokens in order."""
        return map(self._words.__getitem__, self._numbers)


class _Numbers(dict[str, int]):
    """Numbers by word; one that is asked for and not there is taken in."""

    __slots__ = ("words",)

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def __missing__(self, word: str) -> int:
        if len(word) > CHARACTERS_MAX:
            raise ValueError(word)
        if len(self.words) >= WORDS_MAX:
            raise OverflowError
        number = self[word] = len(self.words)
        self.words.append(word)
        return number


class Lexicon:
    """The words of which the answers of open streams are made; most come again and again."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        """Start without a word."""
        self._known = _Numbers()

    def __len__(self) -> int:
        """Return how many words are known."""
        return len(self._known)

    def numbered(self, tokens: Sequence[str]) -> Sequence[str]:
        """Return the same tokens, as numbers where that is less."""
        if len(tokens) < TOKENS_MIN or isinstance(tokens, Numbered):
            return tokens
        try:
            return self._numbered(tokens)
        except ValueError:
            return tokens
        except OverflowError:
            self._known = _Numbers()
        try:
            return self._numbered(tokens)
        except (OverflowError, ValueError):
            return tokens

    def _numbered(self, tokens: Sequence[str]) -> Numbered:
        known = self._known
        return Numbered(known.words, array("H", list(map(known.__getitem__, tokens))))
