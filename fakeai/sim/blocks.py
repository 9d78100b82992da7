"""Block keys: a chained 64-bit name for every full KV block of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xxhash import xxh3_64_intdigest

from fakeai.core.value import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fakeai.sim.tokens import Counter

#: Between the texts of a conversation: whitespace, of which no counter makes a token of its own.
BETWEEN: Final = "\n"
#: Longer prompts are not remembered.
_REMEMBERED_MAX: Final = 65_536


class BlockHasher:
    """Names the blocks of one model's prompts; equal prefixes have equal names everywhere.

    A key is the hash of its block seeded with the key before it, so it stands for the whole
    prefix up to and including its block. The first seed is the salt's hash: prompts of models
    with different salts share nothing.
    """

    __slots__ = ("_cut", "_is_local", "_last", "_seed", "_size")

    def __init__(self, salt: str, counter: Counter, block_size: int) -> None:
        """Start every chain at the salt."""
        self._seed = xxh3_64_intdigest(salt.encode())
        self._cut = counter.blocks
        self._is_local = counter.is_local
        self._size = block_size
        self._last: tuple[str, list[int], list[int]] = ("", [], [])
        """The last prompt, its keys, and where its blocks end."""

    def prompt(self, texts: Iterable[str]) -> KeyedText:
        """Return a conversation with its keys; those that the last one had, too, are not new."""
        text = BETWEEN.join(texts)
        keys, ends = self._shared(text)
        start = ends[-1] if ends else 0
        blocks, rest = self._cut(text[start:], self._size)
        keys += self.keys(blocks, keys[-1] if keys else None)
        if self._is_local and len(text) <= _REMEMBERED_MAX and text.isascii():
            ends += [start := start + len(block) for block in blocks]
            self._last = (text, keys, ends)
        return KeyedText(self, keys, rest)

    def _shared(self, text: str) -> tuple[list[int], list[int]]:
        """Return keys and ends of the blocks with which this prompt and the last one begin.

        A block is the same in both if the character after it is: no word goes on there.
        """
        last, keys, ends = self._last
        if not ends or not text.startswith(last[: ends[0] + 1]):
            return [], []
        count, most = 1, len(ends)
        while count < most:
            middle = (count + most + 1) // 2
            if text.startswith(last[: ends[middle - 1] + 1]):
                count = middle
            else:
                most = middle - 1
        if ends[count - 1] == len(last):
            count -= 1
        return keys[:count], ends[:count]

    def after(self, keyed: KeyedText, text: str) -> KeyedText:
        """Return a conversation that goes on with a text; its rest may become part of a block."""
        blocks, rest = self._cut(f"{keyed.rest}{BETWEEN}{text}", self._size)
        keys = keyed.keys
        return KeyedText(self, keys + self.keys(blocks, keys[-1] if keys else None), rest)

    def keys(self, blocks: Iterable[bytes], after: int | None = None) -> list[int]:
        """Return the keys of blocks that follow the one named `after`, or stand first."""
        key = self._seed if after is None else after
        return [key := xxh3_64_intdigest(block, key) for block in blocks]


class KeyedText(Record, eq=False):
    """A text, and the keys of its full blocks; the rest has no key yet.

    Neither changes, so that equal requests may share it.
    """

    hasher: BlockHasher
    keys: list[int]
    rest: str
    last_answer: KeyedText | None = None
    """The text with the answer that it had last."""
    last_tokens: Sequence[str] | None = None
    """The tokens of that answer."""

    def answered(self, tokens: Sequence[str]) -> KeyedText:
        """Return the text with an answer; the same one again need not be read again."""
        answer = self.last_answer
        if answer is None or tokens != self.last_tokens:
            answer = self.last_answer = self.hasher.after(self, "".join(tokens))
            self.last_tokens = tokens
        return answer
