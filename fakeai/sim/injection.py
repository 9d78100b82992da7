"""Injection: which texts look like an attack, and what is left after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec
import re2  # type: ignore[import-untyped]
from msgspec import Meta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fakeai.core.document import Json

CHARACTERS_MAX: Final = 10_000
REPLACEMENT: Final = "[removed]"
ROUNDS_MAX: Final = 4
"""Rewrites of one text before all of it is replaced."""

_KEPT: Final = {0x09, 0x0A, 0x0D}
_CONTROL: Final = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in _KEPT]
)
_OPTIONS: Final = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 64 * 2**20


class Detector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of attack: how it looks, and the texts that prove it."""

    summary: Annotated[str, Meta(description="What it detects, in a sentence.")] = ""
    patterns: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="RE2 patterns, whatever the case; a capturing group marks the stretch "
            "that `sanitize` rewrites, otherwise it is the whole match.",
        ),
    ]
    must_trip: Annotated[tuple[str, ...], Meta(description="Texts it has to refuse.")] = ()
    must_not_trip: Annotated[tuple[str, ...], Meta(description="Texts it has to pass.")] = ()


class Finding(NamedTuple):
    """The first detector that tripped, and the field that it tripped on."""

    detector: str
    field: str


class Scanner:
    """Detectors compiled into one automaton, which reads a text once whatever their number."""

    __slots__ = ("_automaton", "_characters_max", "_detectors", "_sources")

    def __init__(
        self, detectors: Mapping[str, Detector], *, characters_max: int = CHARACTERS_MAX
    ) -> None:
        """Compile all patterns together; `re2.error` says which one is not RE2."""
        self._characters_max = characters_max
        self._detectors = [name for name, each in detectors.items() for _ in each.patterns]
        self._sources = [source for each in detectors.values() for source in each.patterns]
        self._automaton = re2.Set.SearchSet(_OPTIONS)
        for source in self._sources:
            self._automaton.Add(source)
        self._automaton.Compile()

    def scan(self, fields: Iterable[tuple[str, str]]) -> Finding | None:
        """Return the first finding in pairs of a field's path and its text."""
        for field, text in fields:
            tripped = self._tripped(text[: self._characters_max])
            if tripped:
                return Finding(self._detectors[tripped[0]], field)
        return None

    def finds(self, texts: Iterable[str]) -> bool:
        """Whether any of the texts trips any detector; most never do."""
        most = self._characters_max
        return any(self._tripped(text[:most]) for text in texts)

    def sanitize(self, text: str) -> str:
        """Return the text without control characters and with every attack rewritten."""
        text = text.translate(_CONTROL)
        head, tail = text[: self._characters_max], text[self._characters_max :]
        for _ in range(ROUNDS_MAX):
            tripped = self._tripped(head)
            if not tripped:
                return head + tail
            for index in tripped:
                # One by one they are compiled, and kept by re2, for the first attack.
                head = _rewrite(re2.compile(self._sources[index], options=_OPTIONS), head)
        return (REPLACEMENT if self._tripped(head) else head) + tail

    def _tripped(self, text: str) -> list[int]:
        # A lone surrogate has no UTF-8 form, and no pattern is about one.
        tripped = self._automaton.Match(text.encode(errors="replace"))
        return sorted(tripped) if tripped else []


def compile_detectors(
    detectors: Mapping[str, Detector], *, characters_max: int = CHARACTERS_MAX
) -> Scanner:
    """Return a scanner of the detectors, the first declared being the first reported."""
    return Scanner(detectors, characters_max=characters_max)


def pattern_problem(pattern: str) -> str | None:
    """Return why a pattern is not RE2, None when it is."""
    try:
        re2.compile(pattern, options=_OPTIONS)
    except re2.error as error:
        reason: bytes = error.args[0]
        return reason.decode()
    return None


def texts_at(body: Json, paths: Sequence[Sequence[str]]) -> list[str]:
    """Return what `strings_at` yields, without saying where each text stands."""
    found: list[str] = []
    for path in paths:
        values = [body]
        for step in path:
            values = [child for value in values for child in _step(value, step)]
        while values:
            found += [value for value in values if isinstance(value, str)]
            values = [child for value in values for child in _step(value, "*")]
    return found


def _step(value: Json, step: str) -> Iterable[Json]:
    if isinstance(value, dict):
        if step == "*":
            return value.values()
        return (value[step],) if step in value else ()
    if not isinstance(value, list):
        return ()
    return value if step == "*" else [v for i, v in enumerate(value) if str(i) == step]


def strings_at(body: Json, paths: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield path and text of every string at or below the paths; `*` stands for any step."""
    for path in paths:
        yield from _strings(body, path, ())


def _strings(
    value: Json, path: Sequence[str], walked: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not path:
            yield ".".join(walked), value
        return
    wanted = path[0] if path else "*"
    for step, child in _children(value):
        if wanted in ("*", step):
            yield from _strings(child, path[1:], (*walked, step))


def _children(value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield str(index), child


def _rewrite(pattern: re2._Regexp, text: str) -> str:
    pieces, end = [], 0
    for match in pattern.finditer(text):
        start, stop = match.span(1 if pattern.groups else 0)
        pieces += [text[end:start], REPLACEMENT]
        end = stop
    return "".join([*pieces, text[end:]])


def rewritten(body: Json, paths: Sequence[Sequence[str]], change: Callable[[str], str]) -> Json:
    """Return the body with every string at or below the paths changed."""
    for path in paths:
        body = _rewritten(body, path, change)
    return body


def _rewritten(value: Json, path: Sequence[str], change: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return value if path else change(value)
    wanted, rest = (path[0], path[1:]) if path else ("*", path)
    if isinstance(value, dict):
        return {
            key: _rewritten(child, rest, change) if wanted in ("*", key) else child
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [
            _rewritten(child, rest, change) if wanted in ("*", str(index)) else child
            for index, child in enumerate(value)
        ]
    return value
