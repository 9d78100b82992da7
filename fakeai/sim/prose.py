"""Prose of an exact number of tokens, about the words of a prompt.

All sentences of the corpus are cut into tokens once, at start; a request only joins them. They
are kept in the form of the place where they can stand, because the whitespace around a sentence
decides how its first and last tokens are cut.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from itertools import chain, count, cycle, islice
from math import gcd
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from fakeai.sim.brief import Brief, BriefReader
from fakeai.sim.languages import LANGUAGES, PLAIN, SNIPPETS, Language

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fakeai.sim.corpus import Corpus
    from fakeai.sim.tokens import Counter

    Pieces = list[str]
    Card = tuple[Pieces, ...]

_T = TypeVar("_T")

#: How many paragraphs have a remark.
_REMARK_SHARE: Final = 0.5
#: Sentences between the first of a paragraph and its last: two a paragraph, as the corpus has them.
_MIDDLES: Final = (2, 1, 3, 2)
_LIST_ITEMS: Final = (6, 4, 8, 5, 7)
_REPAIRS_MAX: Final = 16
#: Words that each sentence remembers to have been about.
_WORDS_MAX: Final = 128
# What an answer that is cut off may end with when its last token does not come out even.
_FILLERS: Final = ("…", " and")
_NOT_IDENTIFIER: Final = re.compile(r"[^a-z0-9]+")


class _Deck:
    """Paragraphs, dealt in another order each time and without repetition."""

    __slots__ = ("_card", "_orders", "_strides", "_wrapped")

    def __init__(self, cards: Sequence[Card]) -> None:
        """Find the strides that visit every card."""
        size = len(cards)
        self._strides = [stride for stride in range(1, size + 1) if gcd(stride, size) == 1]
        self._orders = size * len(self._strides)
        self._card = cards.__getitem__
        self._wrapped = size.__rmod__

    def deal(self, rng: random.Random) -> Iterator[Card]:
        """Return cards without end; all of them before the first comes again."""
        strides = self._strides
        start, order = divmod(int(rng.random() * self._orders), len(strides))
        return map(self._card, map(self._wrapped, count(start, strides[order])))


class _Frame:
    """A sentence cut into tokens around the words that it is about."""

    __slots__ = ("_after", "_before", "_gap", "_split", "about", "is_sealed")

    def __init__(self, text: str, slot: str, counter: Counter) -> None:
        """Cut the text, which has one slot for the words."""
        left, _, right = text.partition(slot)
        head = left.rstrip()
        # Whitespace belongs to the token behind it, so it is cut together with the words.
        self._gap = left[len(head) :]
        self._split = counter.split
        self._before, self._after = counter.split(head), counter.split(right)
        alone = len(self._before) + counter.count(self._gap + "x") + len(self._after)
        self.is_sealed = counter.count(text.replace(slot, "x")) == alone
        """Whether words leave the tokens around them as they are."""
        self.about = lru_cache(_WORDS_MAX)(self._about)
        """Returns the whole sentence about some words."""

    def _about(self, words: str) -> Pieces:
        return self._before + self._split(self._gap + words) + self._after


class _Pool(NamedTuple):
    """The sentences of one language, in the forms in which they can stand."""

    openings: Sequence[_Frame]  # name the topic
    block_openings: Sequence[_Frame]  # the same, before a block
    paragraphs: _Deck  # each without its first sentence, and with that of the next one
    lists: Sequence[Card]  # what stands behind the numbers
    remarks: Sequence[_Frame]  # name a word of the prompt
    is_sealed: bool  # whether a text has all the tokens that its sentences have alone


def _pool(
    language: Language, sentences: Sequence[str], counter: Counter, split: Callable[[str], Pieces]
) -> _Pool:
    """Cut each sentence in the form of its place, so that no two places say the same."""
    space = " " if language.spaced else ""
    places = [sentences[i::4] or sentences for i in range(4)]
    openings = [_Frame(text, "{topic}", counter) for text in language.openings]
    remarks = [_Frame(space + text, "{word}", counter) for text in language.remarks]
    ends = {text[-1:] for text in (*sentences, *language.openings, *language.remarks)}
    return _Pool(
        openings=openings,
        block_openings=[_Frame(f"{text}\n\n", "{topic}", counter) for text in language.openings],
        paragraphs=_Deck(
            _cards(
                _MIDDLES,
                [split(space + text) for text in (*places[1], *places[2])],
                [split(f"{space}{text}\n\n") for text in places[3]],
                [split(text) for text in places[0]],
            )
        ),
        lists=_cards(
            [size - 1 for size in _LIST_ITEMS],
            [split(f" {text}\n") for text in places[1]],
            [split(f" {text}\n\n") for text in places[2]],
        ),
        remarks=remarks,
        is_sealed=counter.is_local
        and all(frame.is_sealed for frame in (*openings, *remarks))
        and all(counter.count(end + "x") == 2 for end in ends),
    )


def _cards(sizes: Sequence[int], *sentences: Sequence[Pieces]) -> list[Card]:
    """Return runs of some of the first sentences, each with one of each of the others behind it."""
    firsts, *others = map(cycle, sentences)
    most = max(map(len, sentences[1:]))
    return [(*islice(firsts, size), *map(next, others)) for size in islice(cycle(sizes), most)]


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
        self._numbers = [counter.split(f"{i + 1}.") for i in range(max(_LIST_ITEMS))]
        self._reader = BriefReader(tuple(sentences))

    def tokens(self, rng: random.Random, prompt: str, length: int) -> list[str]:
        """Return exactly `length` tokens; the text breaks off where they end."""
        brief = self._reader.read(prompt)
        pool = self._pools[brief.language]
        endless = chain.from_iterable(self._sentences(rng, brief, pool))
        pieces = list(islice(endless, length))
        if pool.is_sealed or self._counter.count("".join(pieces)) == length:
            return pieces
        # Where tokens span sentences, a text has fewer than its sentences had alone.
        while (missing := length + 1 - self._counter.count("".join(pieces))) > 0:
            pieces += islice(endless, missing)
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
        """Return an answer without end, one sentence at a time."""
        # Iterators and no generator: most answers stop before its end, and closing it takes time.
        paragraphs = pool.paragraphs.deal(rng)
        head: Iterable[Pieces]
        if brief.wants_list or brief.snippet:
            head = self._blocks(rng, brief, pool, paragraphs)
        elif brief.topic:
            head = (_choice(rng, pool.openings).about(brief.topic),)
        else:
            head = next(paragraphs)[-1:]
        if brief.words and pool.remarks:
            paragraphs = map(partial(self._remarked, rng, pool, brief.words), paragraphs)
        return chain(head, chain.from_iterable(paragraphs))

    def _blocks(
        self, rng: random.Random, brief: Brief, pool: _Pool, paragraphs: Iterator[Card]
    ) -> Iterable[Pieces]:
        """Return an opening, code or numbered sentences or both, and a sentence after them."""
        if brief.topic:
            opening = _choice(rng, pool.block_openings).about(brief.topic)
        else:
            opening = self._counter.split("".join(next(paragraphs)[-1]) + "\n\n")
        code = (self._code(brief.snippet, brief.topic),) if brief.snippet else ()
        items = map(add, self._numbers, _choice(rng, pool.lists)) if brief.wants_list else ()
        return chain((opening,), code, items, next(paragraphs)[-1:])

    @staticmethod
    def _remarked(rng: random.Random, pool: _Pool, words: Sequence[str], paragraph: Card) -> Card:
        """Return a paragraph, or one that speaks of a word of the prompt first."""
        if rng.random() >= _REMARK_SHARE:
            return paragraph
        return (_choice(rng, pool.remarks).about(_choice(rng, words)), *paragraph)

    def _code(self, snippet: str, topic: str) -> Pieces:
        """Return a code block whose identifier is made of the topic."""
        name = _NOT_IDENTIFIER.sub("_", topic.lower()).strip("_") or "items"
        code = SNIPPETS[snippet].replace("{name}", f"count_{name}")
        return self._counter.split(f"```{snippet}\n{code}```\n\n")

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


def _choice(rng: random.Random, items: Sequence[_T]) -> _T:
    # A third of the time that `rng.choice` takes.
    return items[int(rng.random() * len(items))]
