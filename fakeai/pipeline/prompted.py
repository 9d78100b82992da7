"""Prompted JSON: objects that a conversation asks for in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.sim.json_shape import stated_schema, without_keys, without_shapes

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Context

CONTEXT_CHARACTERS_MAX: Final = 8_000
"""Characters of the conversation, the newest first, that JSON takes values from."""
MESSAGE_CHARACTERS_MAX: Final = 4_000
"""Characters of the last user message, half from its end, that JSON takes values from."""

_FENCED: Final = re.compile(r"```json|\bjson (?:markdown )?code ?block", re.IGNORECASE)
_DEMAND: Final = re.compile(
    r"\b(?:answer|format(?:ted)?|output|produce|provide|reply|respond|response|return)\b"
    r"[^.]{0,80}\bjson\b",
    re.IGNORECASE,
)


class Prompted(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON object that is asked for in words, in a code block or bare."""

    schema: dict[str, Any]
    fenced: bool

    def dress(self, json: str) -> str:
        """Return the JSON as the words want it."""
        return f"```json\n{json}\n```" if self.fenced else json


def read_prompted(context: Context) -> Prompted | None:
    """Return what a conversation asks for that states a JSON Schema and demands JSON."""
    for text in context.texts:
        if '"properties"' in text:
            return _read_stated(context)
    return None


def _read_stated(context: Context) -> Prompted | None:
    """Return what is asked for by a conversation that may state a schema."""
    text = "\n".join(context.texts)
    schema = stated_schema(text)
    if schema is None:
        return None
    spoken = without_shapes(text)
    fenced = _FENCED.search(spoken) is not None
    return Prompted(schema=schema, fenced=fenced) if fenced or _DEMAND.search(spoken) else None


def offered(context: Context, *, shape: dict[str, Any] | None = None) -> tuple[str, ...]:
    """Return the passages that values are taken from, the one that counts most first.

    It is the last user message, and of a long one the last line. Schemas say what an answer looks
    like, not what is in it, and so does an example from which the `shape` was read. Of what the
    system says where it states a schema, nothing is taken.
    """
    last = _kept(context, context.user, shape)
    passages = [last]
    if len(last) > MESSAGE_CHARACTERS_MAX:
        half = MESSAGE_CHARACTERS_MAX // 2
        tail = last[-half:]
        passages = [tail.rstrip().rpartition("\n")[2], tail, last[:half]]
    earlier: list[str] = []
    left = CONTEXT_CHARACTERS_MAX - sum(map(len, passages))
    for text in reversed(context.texts):
        if left <= 0:
            break
        if text != context.user:
            earlier.append(_kept(context, text, shape)[:left])
            left -= len(earlier[-1]) + 1
    return tuple(filter(None, [*passages, "\n".join(filter(None, earlier))]))


def _kept(context: Context, text: str, shape: dict[str, Any] | None) -> str:
    """Return what of a text may hold values."""
    kept = without_shapes(text, shape)
    if kept is not text and text in context.system:
        return ""
    return kept if shape is None else without_keys(kept, shape)
