"""Prose of an exact number of tokens, about the words of a prompt.

All sentences of the corpus are cut into tokens once, at start; a request only joins them. They
are kept in the form of the place where they can stand, because the whitespace around a sentence
decides how its first and last tokens are cut.
"""

from __future__ import annotations

import re
from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from fakeai.sim.brief import Brief, BriefReader
from fakeai.sim.languages import LANGUAGES, PLAIN, SNIPPETS, Language

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from fakeai.sim.corpus import Corpus
    from fakeai.sim.tokens import Counter

    Pieces = list[str]

_T = TypeVar("_T")

_REMARK_SHARE: Final = 0.25
_MIDDLES_MIN: Final = 1
_MIDDLES_MAX: Final = 4
_LIST_ITEMS_MIN: Final = 4
_LIST_ITEMS_MAX: Final = 8
_REPAIRS_MAX: Final = 16
# What an answer that is cut off may end with when its last token does not come out even.
_FILLERS: Final = ("…", " and")
_NOT_IDENTIFIER: Final = re.compile(r"[^a-z0-9]+")


class _Deck:
    """Sentences cut into tokens, dealt in another order each time and without repetition."""

    __slots__ = ("_sentences", "_strides")

    def __init__(self, sentences: Sequence[Pieces]) -> None:
        """Find the strides that visit every sentence."""
        size = len(sentences)
        self._sentences = sentences
        self._strides = [stride for stride in range(1, size + 1) if gcd(stride, size) == 1]

    def deal(self, rng: random.Random) -> Iterator[Pieces]:
        """Yield sentences without end; all of them before the first comes again."""
        sentences, strides = self._sentences, self._strides
        size = len(sentences)
        at, order = divmod(int(rng.random() * size * len(strides)), len(strides))
        stride = strides[order]
        while True:
            yield sentences[at]
            at = (at + stride) % size


class _Frame(NamedTuple):
    """A sentence cut into tokens around the words that it is about."""

    before: Pieces
    gap: str  # whitespace, which is part of the first word's token
    after: Pieces
    is_sealed: bool  # whether words leave the other tokens as they are, and so does what follows

    def about(self, words: Pieces) -> Pieces:
        """Return the whole sentence; the words are cut with the gap before them."""
        return self.before + words + self.after


def _frame(text: str, slot: str, counter: Counter) -> _Frame:
    left, _, right = text.partition(slot)
    head = left.rstrip()
    before, gap, after = counter.split(head), left[len(head) :], counter.split(right)
    text = text.replace(slot, "x")
    count = len(before) + counter.count(gap + "x") + len(after)
    return _Frame(before, gap, after, _is_sealed(text, counter, count))


def _is_sealed(text: str, counter: Counter, count: int | None = None) -> bool:
    """Tell whether a text has as many tokens as it has in pieces, whatever stands behind it."""
    if not counter.is_local or not text.strip():
        return False
    return counter.count(text + "x") == 1 + (counter.count(text) if count is None else count)


class _Pool(NamedTuple):
    """The sentences of one language, in the forms in which they can stand."""

    language: Language
    openings: Sequence[_Frame]  # name the topic
    block_openings: Sequence[_Frame]  # the same, before a block
    openers: _Deck  # at the start of a line
    middles: _Deck  # after another sentence
    closers: _Deck  # after another sentence, at the end of a paragraph
    items: _Deck  # after a number, at the end of a line
    last_items: _Deck  # after a number, at the end of a list
    remarks: Sequence[_Frame]  # name a word of the prompt
    is_sealed: bool  # whether a text has all the tokens that its sentences have alone


def _pool(
    language: Language, sentences: Sequence[str], counter: Counter, split: Callable[[str], Pieces]
) -> _Pool:
    """Cut each sentence in the form of its place, so that no two places say the same."""
    space = " " if language.spaced else ""
    places = [sentences[i::4] or sentences for i in range(4)]
    openings = [_frame(text, "{topic}", counter) for text in language.openings]
    remarks = [_frame(space + text, "{word}", counter) for text in language.remarks]
    return _Pool(
        language=language,
        openings=openings,
        block_openings=[_frame(f"{text}\n\n", "{topic}", counter) for text in language.openings],
        openers=_Deck([split(text) for text in places[0]]),
        middles=_Deck([split(space + text) for text in (*places[1], *places[2])]),
        closers=_Deck([split(f"{space}{text}\n\n") for text in places[3]]),
        items=_Deck([split(f" {text}\n") for text in places[1]]),
        last_items=_Deck([split(f" {text}\n\n") for text in places[2]]),
        remarks=remarks,
        is_sealed=all(frame.is_sealed for frame in (*openings, *remarks))
        and all(_is_sealed(text, counter) for text in sentences),
    )


class Prose:
    """Writes text of which the counter finds exactly the tokens that were asked for.

    The same `random.Random` state and prompt give the same text; a shorter answer is the
    beginning of a longer one.
    """

    __slots__ = ("_counter", "_numbers", "_pools", "_reader")

    def __init__(self, corpus: Corpus, counter: Counter) -> None:
        """Cut the corpus into the counter's tokens."""
        sentences: dict[str, list[str]] = {}
        for texts in corpus.texts:
            sentences.setdefault(texts.language, []).extend(texts.sentences)
        self._counter = counter
        # The same few thousand words stand in all the sentences; each is kept once.
        words: dict[str, str] = {}

        def split(text: str) -> Pieces:
            return [words.setdefault(piece, piece) for piece in counter.split(text)]

        self._pools = {
            code: _pool(LANGUAGES.get(code, PLAIN), spoken, counter, split)
            for code, spoken in sentences.items()
        }
        self._numbers = [counter.split(f"{i}.") for i in range(1, _LIST_ITEMS_MAX + 1)]
        self._reader = BriefReader(tuple(sentences))

    def tokens(self, rng: random.Random, prompt: str, length: int) -> list[str]:
        """Return exactly `length` tokens; the text breaks off where they end."""
        brief = self._reader.read(prompt)
        pool = self._pools[brief.language]
        sentences = self._sentences(rng, brief, pool)
        pieces: Pieces = []
        for sentence in sentences:
            pieces += sentence
            if len(pieces) >= length:
                break
        cut = pieces[:length]
        if pool.is_sealed or self._counter.count("".join(cut)) == length:
            return cut
        # Where tokens span sentences, a text has fewer than its sentences had alone.
        while (missing := length + 1 - self._counter.count("".join(pieces))) > 0:
            enough = len(pieces) + missing
            while len(pieces) < enough:
                pieces += next(sentences)
        return self.refit("".join(pieces), length)

    def natural(self, rng: random.Random, prompt: str, about: int, least: int = 0) -> list[str]:
        """Return whole sentences, at least one, that end as near to `about` tokens as they can.

        They have no fewer than `least` tokens.
        """
        brief = self._reader.read(prompt)
        pool = self._pools[brief.language]
        pieces: Pieces = []
        for sentence in self._sentences(rng, brief, pool):
            if (
                pieces
                and len(pieces) + len(sentence) / 2 > about
                and (least == 0 or self._count(pieces, pool) >= least)
            ):
                break
            pieces += sentence
        pieces[-1] = pieces[-1].rstrip()
        if pool.is_sealed:
            return pieces
        text = "".join(pieces).rstrip()
        if pieces[-1] and self._counter.count(text) == len(pieces):
            return pieces
        return self._counter.split(text)

    def _count(self, pieces: Pieces, pool: _Pool) -> int:
        return len(pieces) if pool.is_sealed else self._counter.count("".join(pieces).rstrip())

    def _sentences(self, rng: random.Random, brief: Brief, pool: _Pool) -> Iterator[Pieces]:
        """Yield an answer without end, one sentence at a time."""
        is_block = brief.wants_list or brief.snippet is not None
        yield self._opening(rng, pool, brief.topic, is_block=is_block)
        if brief.snippet:
            yield self._code(brief.snippet, brief.topic)
        if brief.wants_list:
            yield from self._list(rng, pool)
        openers, middles = pool.openers.deal(rng), pool.middles.deal(rng)
        closers = pool.closers.deal(rng)
        if is_block:
            yield next(openers)
        remarks = pool.remarks if brief.words else ()
        while True:
            for _ in range(_draw(rng, _MIDDLES_MIN, _MIDDLES_MAX)):
                if remarks and rng.random() < _REMARK_SHARE:
                    yield self._remark(rng, remarks, brief.words)
                else:
                    yield next(middles)
            yield next(closers)
            yield next(openers)

    def _opening(self, rng: random.Random, pool: _Pool, topic: str, *, is_block: bool) -> Pieces:
        """Quote the topic; without one, begin with any sentence."""
        if topic:
            frame = _choice(rng, pool.block_openings if is_block else pool.openings)
            return frame.about(self._counter.split(frame.gap + topic))
        sentence = next(pool.openers.deal(rng))
        return self._counter.split("".join(sentence) + "\n\n") if is_block else sentence

    def _remark(
        self, rng: random.Random, remarks: Sequence[_Frame], words: Sequence[str]
    ) -> Pieces:
        """Return a sentence about a word of the prompt."""
        frame = _choice(rng, remarks)
        return frame.about(self._counter.split(frame.gap + _choice(rng, words)))

    def _code(self, snippet: str, topic: str) -> Pieces:
        """Return a code block whose identifier is made of the topic."""
        name = _NOT_IDENTIFIER.sub("_", topic.lower()).strip("_") or "items"
        code = SNIPPETS[snippet].replace("{name}", f"count_{name}")
        return self._counter.split(f"```{snippet}\n{code}```\n\n")

    def _list(self, rng: random.Random, pool: _Pool) -> Iterator[Pieces]:
        """Yield numbered sentences."""
        *numbers, last = self._numbers[: _draw(rng, _LIST_ITEMS_MIN, _LIST_ITEMS_MAX)]
        items = pool.items.deal(rng)
        for number in numbers:
            yield number + next(items)
        yield last + next(pool.last_items.deal(rng))

    def refit(self, text: str, length: int) -> Pieces:
        """Cut a text that is too long, mending what the cut does to its last tokens."""
        pieces = self._counter.split(text)[:length]
        for keep in range(length, max(length - _REPAIRS_MAX, 0), -1):
            kept = "".join(pieces[:keep])
            missing = length - self._counter.count(kept)
            for filler in _FILLERS:
                fitted = kept + filler * missing
                if self._counter.count(fitted) == length:
                    return self._counter.split(fitted)
        return self._counter.split(_FILLERS[-1] * length)


def _draw(rng: random.Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))


def _choice(rng: random.Random, items: Sequence[_T]) -> _T:
    # A third of the time that `rng.choice` takes.
    return items[int(rng.random() * len(items))]
