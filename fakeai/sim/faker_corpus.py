"""A corpus filled once by Faker; only a starting server imports it."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from fakeai.sim.corpus import BUILTIN, Corpus, Texts
from fakeai.sim.faker_source import seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faker import Faker

    Part = tuple[str, str | None, str | None, str | None]
    """Literal text and the field behind it, as `Formatter.parse` gives them."""

_WORDS_MAX: Final = 500
_VOWELS: Final = frozenset("aeiou")
_FULL_STOPS: Final = {"zh": "。"}

# Abstract nouns, known by their endings, make sense in all of the patterns.
_ABSTRACT: Final = ("tion", "ment", "ance", "ence", "ity", "ness", "ure", "sis", "sion", "ship")

# Faker's English sentences are words in random order; these put its nouns, names and phrases
# into sentences that can be read.
_PATTERNS: Final = (
    "{company} decided to {plan}, starting with the office in {city}.",
    "The team in {city} wanted to {plan} before the end of {month}.",
    "{name} compared the {noun} with the {noun} and wrote down what changed.",
    "Behind the {noun} is a {product} that {company} built for its own use.",
    "In {city}, the {noun} depends on the {noun} more than people expect.",
    "According to {name}, the {noun} matters less than the {noun} that follows it.",
    "The usual way to {plan} is to begin with the {noun}.",
    "A {product} helps only when the {noun} is well understood.",
    "{company} published its notes on the {noun} in {month}.",
    "Without a reliable {noun}, it is hard to {plan}.",
    "Each {noun} has its own {noun}, so the results are not always comparable.",
    "By {month}, the {product} had replaced most of the older {noun}.",
    "{name} suggests a smaller {noun} and a simple {product} instead.",
    "The difference between the {noun} and the {noun} is easy to measure.",
    "Several groups in {country} plan to {plan} in the coming year.",
    "What {company} learned about the {noun} applies to the {noun} as well.",
    "On {day}, {name} showed how the {noun} reacts to the {noun}.",
    "The report from {city} treats the {noun} as part of a larger {noun}.",
    "It took {company} two years to {plan} without losing the {noun}.",
    "Each {product} needs someone who looks after the {noun}.",
)


def fill(locales: Sequence[str], seed: int, sentences: int) -> Corpus:
    """Return a corpus of so many sentences per locale, the same for the same seed.

    A locale for which Faker has no words of its own language is left out; when none remains,
    the built-in texts are used. An unknown locale raises AttributeError, as Faker does.
    """
    texts = [_texts(locale, seed, sentences) for locale in locales]
    known = tuple(text for text in texts if text is not None)
    return Corpus(texts=known) if known else BUILTIN


def _texts(locale: str, seed: int, sentences: int) -> Texts | None:
    fake = seeded(locale, seed)
    lorem = next(p for p in fake.get_providers() if ".lorem." in type(p).__module__)
    if not type(lorem).__module__.endswith(f".{locale}"):
        return None
    if locale.startswith("en_") and "noun" in lorem.parts_of_speech:
        return _english(fake, lorem, locale, sentences)
    full_stop = _FULL_STOPS.get(locale.partition("_")[0], "")
    written = (fake.sentence(nb_words=10).strip() for _ in range(sentences))
    if full_stop:
        written = (text.rstrip(".") + full_stop for text in written)
    words = tuple(dict.fromkeys(lorem.word_list))[:_WORDS_MAX]
    return Texts(locale=locale, sentences=tuple(written), words=words)


def _english(fake: Faker, lorem: Any, locale: str, sentences: int) -> Texts:
    nouns = tuple(n for n in lorem.parts_of_speech["noun"] if n.endswith(_ABSTRACT))
    draw = _fields(fake, nouns)
    patterns = [[*Formatter().parse(pattern)] for pattern in _PATTERNS]
    written = [_sentence(patterns[i % len(patterns)], draw) for i in range(sentences)]
    return Texts(locale=locale, sentences=tuple(written), words=nouns[:_WORDS_MAX])


def _fields(fake: Faker, nouns: tuple[str, ...]) -> Mapping[str, Callable[[], str]]:
    choice = fake.random.choice
    return {
        "city": fake.city,
        "company": fake.company,
        "country": fake.country,
        "day": fake.day_of_week,
        "month": fake.month_name,
        "name": lambda: f"{fake.first_name()} {fake.last_name()}",
        "noun": lambda: choice(nouns),
        "plan": fake.bs,
        "product": lambda: fake.catch_phrase().lower(),
    }


def _sentence(pattern: list[Part], draw: Mapping[str, Callable[[], str]]) -> str:
    parts: list[str] = []
    for literal, field, _, _ in pattern:
        value = draw[field]() if field else ""
        vowel = value[:1] in _VOWELS
        if vowel and literal.endswith((" a ", "A ")):
            literal = f"{literal[:-1]}n "  # noqa: PLW2901 - `a` becomes `an`
        parts += (literal, value)
    return "".join(parts)
