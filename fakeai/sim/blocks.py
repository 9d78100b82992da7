"""Block keys: a chained 64-bit name for every full KV block of a prompt."""

from __future__ import annotations

from itertools import accumulate, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from xxhash import xxh3_64_intdigest

from fakeai.core.value import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fakeai.sim.tokens import Counter

#: Between the texts of a conversation: whitespace, of which no counter makes a token of its own.
BETWEEN: Final = "\n"
#: Longer prompts are not remembered.
_REMEMBERED_MAX: Final = 65_536
#: Few tokens are longer.
_TOKEN_CHARACTERS: Final = 32
#: Begins the name of a run: a byte that no text has in UTF-8.
_NO_TEXT: Final = b"\xff"


class Run(NamedTuple):
    """Tokens that are no text, such as those of an image."""

    name: bytes
    """Eight bytes that stand for all of them, and for how many they are."""
    tokens: int


class BlockHasher:
    """Names the blocks of one model's prompts; equal prefixes have equal names everywhere.

    A key is the hash of its block seeded with the key before it, so it stands for the whole
    prefix up to and including its block. The first seed is the salt's hash: prompts of models
    with different salts share nothing.
    """

    __slots__ = ("_count", "_cut", "_last", "_seed", "is_local", "size")

    def __init__(self, salt: str, counter: Counter, block_size: int) -> None:
        """Start every chain at the salt."""
        self._seed = xxh3_64_intdigest(salt.encode())
        self._cut, self._count = counter.blocks, counter.count
        self.size = block_size
        self._last: tuple[str, list[int], list[int], list[bytes]] = ("", [], [0], [])
        """The last prompt, its keys, the borders of its first blocks, and the blocks after them."""
        self.is_local = counter.is_local
        """Whether texts have the same tokens joined as they have alone."""

    def prompt(self, texts: Sequence[str]) -> KeyedText:
        """Return a conversation with its keys; those that the last one had, too, are not new."""
        text = BETWEEN.join(texts)
        keys, borders = self._shared(text)
        blocks, rest = self._cut(text[borders[-1] :], self.size)
        keys += self.keys(blocks, keys)
        if self.is_local and len(text) <= _REMEMBERED_MAX and text.isascii():
            self._last = (text, keys, borders, blocks)
        return KeyedText(self, keys, rest)

    def _shared(self, text: str) -> tuple[list[int], list[int]]:
        """Return keys and borders of the blocks with which this prompt and the last one begin.

        A block is the same in both if the character after it is: no word goes on there.
        """
        last, keys, borders, blocks = self._last
        first = borders[1] if borders[1:] else len(blocks[0]) if blocks else 0
        if not first or not text.startswith(last[: first + 1]):
            return [], [0]
        lengths = map(len, blocks)
        borders = [*borders[:-1], *accumulate(lengths, initial=borders[-1])]
        count, most = 1, len(keys)
        while count < most:
            middle = (count + most + 1) // 2
            if text.startswith(last[: borders[middle] + 1]):
                count = middle
            else:
                most = middle - 1
        if borders[count] == len(last):
            count -= 1
        return keys[:count], borders[: count + 1]

    def tokens(self, texts: Sequence[str], keyed: KeyedText) -> int:
        """Return how many tokens the texts have, given their keys; their counter is local."""
        if not keyed.keys:
            return sum(map(self._count, texts))
        rest = 0 if keyed.rest.isspace() else self._count(keyed.rest)
        # Alone, a text of nothing but whitespace is a token.
        return len(keyed.keys) * self.size + rest + sum(map(str.isspace, texts))

    def mixed(self, pieces: Sequence[str | Run]) -> KeyedText:
        """Return a conversation with its keys in which runs of other tokens stand among texts.

        Up to the first run, its keys are those of the texts alone.
        """
        keyed, texts = KeyedText(self, [], ""), []
        for place, piece in enumerate(pieces):
            if isinstance(piece, str):
                texts.append(BETWEEN + piece if place else piece)
            else:
                keyed, texts = self._run(self._text(keyed, "".join(texts)), piece), []
        return self._text(keyed, "".join(texts))

    def after(self, keyed: KeyedText, text: str) -> KeyedText:
        """Return a conversation that goes on with a text; its rest may become part of a block."""
        return self._text(keyed, BETWEEN + text)

    def _text(self, keyed: KeyedText, text: str) -> KeyedText:
        """Return what goes on with the characters of a text."""
        keys, text = keyed.keys, keyed.rest + text
        if keyed.begun:
            first = self._first(text, self.size - keyed.filled)
            if not first:
                return KeyedText(self, keys, text, keyed.begun, keyed.filled)
            keys = keys + self.keys([keyed.begun + first], keys)
            text = text[len(first.decode("utf-8", "surrogatepass")) :]
        blocks, rest = self._cut(text, self.size)
        return KeyedText(self, keys + self.keys(blocks, keys), rest)

    def _first(self, text: str, tokens: int) -> bytes:
        """Return the first tokens of a text; nothing when it has not so many."""
        # As a rule they lie at its beginning, and no more of it need be cut so small.
        for part in (text[: tokens * _TOKEN_CHARACTERS], text):
            first = b"".join(self._cut(part, tokens)[0][:1])
            if first and len(first) < len(part):
                break
        return first

    def _run(self, keyed: KeyedText, run: Run) -> KeyedText:
        """Return what goes on with a run of tokens."""
        rest, name = keyed.rest, _NO_TEXT + run.name
        # Whitespace at the end of a text is part of its last token.
        tokens = 0 if self.is_local and rest.isspace() else self._count(rest)
        begun = keyed.begun + rest.encode("utf-8", "surrogatepass") + name
        full, filled = divmod(keyed.filled + tokens + run.tokens, self.size)
        if not full:
            return KeyedText(self, keyed.keys, "", begun, filled)
        keys = self.keys([begun, *repeat(name, full - 1)], keyed.keys)
        return KeyedText(self, keyed.keys + keys, "", name if filled else b"", filled)

    def keys(self, blocks: Iterable[bytes], before: Sequence[int] = ()) -> list[int]:
        """Return the keys of blocks that follow those with the keys `before`, or stand first."""
        key = before[-1] if before else self._seed
        return [key := xxh3_64_intdigest(block, key) for block in blocks]


class KeyedText(Record, eq=False):
    """A text, and the keys of its full blocks; the rest has no key yet.

    Equal requests share it: these stay as they are, and what else it notes follows from them and
    from the answer that it is asked for.
    """

    hasher: BlockHasher
    keys: list[int]
    rest: str
    """Its last characters, after the last full block and what is `begun`."""
    begun: bytes = b""
    """What the block after the last full one begins with, up to its last run of other tokens."""
    filled: int = 0
    """The tokens of that."""
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
