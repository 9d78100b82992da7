"""Keeping: how much of its prompt a request asks to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.pipeline.conversation import called, message_text
from fakeai.pipeline.media import media_of
from fakeai.pipeline.outcome import Kept
from fakeai.sim.blocks import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fakeai.pipeline.exchange import Context
    from fakeai.pipeline.inputs import Inputs
    from fakeai.pipeline.media import Medium
    from fakeai.sim.tokens import Counter
    from fakeai.spec.tokens import ToolTokens

    Beginning = tuple[int, list[dict[str, Any]]]
    """So many tools, and the messages after them, the last one cut."""

NOTHING: Final = Kept()
_ANY: Final = ("short", "long")
_LONG: Final = ("long",)


class Counts:
    """How a model counts its prompts."""

    __slots__ = ("_counter", "_media", "_tools")

    def __init__(
        self, counter: Counter, media: Callable[[Medium], int] | None, tools: ToolTokens
    ) -> None:
        """Without a count of media they have no tokens."""
        self._counter = counter
        self._media = media
        self._tools = tools

    def asked(self, inputs: Inputs, context: Context) -> Kept:
        """Return what a request asks to keep of its prompt."""
        beginning = up_to_mark(inputs, _ANY)
        if beginning is None:
            return NOTHING
        tokens, block_tokens = self._count(beginning, context)
        long = up_to_mark(inputs, _LONG)
        long_tokens = self._count(long, context)[0] if long else 0
        return Kept(tokens=tokens, long_tokens=long_tokens, block_tokens=block_tokens)

    def _count(self, beginning: Beginning, context: Context) -> tuple[int, int]:
        """Return the tokens of a beginning, and how many of them stand in blocks."""
        tools, messages = beginning
        shown, number_of_media = context.definitions[:tools], 0
        for message in messages:
            content = message.get("content")
            shown += [message_text(content), *called(message)]
            number_of_media += media_of(content)
        count = self._counter.count
        words = sum(map(count, shown))
        # Other texts have more tokens alone than joined, and the last one may go on after them.
        joined = words if self._counter.is_local else min(words, count(BETWEEN.join(shown)) - 1)
        beside = self._tools.per_request + self._tools.per_tool * tools if tools else 0
        of_medium, media = self._media, context.media[:number_of_media]
        media_tokens = sum(map(of_medium, media)) if of_medium else 0
        return words + media_tokens + beside, joined + media_tokens


def up_to_mark(inputs: Inputs, keeps: Collection[str]) -> Beginning | None:
    """Return what stands before the end of the last mark of some kinds, which come in order."""
    tools, messages = inputs.tools, inputs.messages or []
    if inputs.keep in keeps:
        return len(tools), messages
    for place in range(len(messages) - 1, -1, -1):
        cut = _cut(messages[place], keeps)
        if cut is not None:
            return len(tools), [*messages[:place], cut]
    count = _marked([tool.keep for tool in tools], keeps)
    return (count, []) if count else None


def _cut(message: dict[str, Any], keeps: Collection[str]) -> dict[str, Any] | None:
    """Return a message up to its last mark; None when it has none."""
    if message.get("keep") in keeps:
        return message
    calls, content = message.get("tool_calls"), message.get("content")
    count = _marked([call.get("keep") for call in calls], keeps) if calls else 0
    if calls and count:
        return {"content": content, "tool_calls": calls[:count]}
    if isinstance(content, list):
        count = _marked([part.get("keep") for part in content], keeps)
        return {"content": content[:count]} if count else None
    return None


def _marked(marks: Sequence[str | None], keeps: Collection[str]) -> int:
    """Return how many come up to the last mark."""
    for count in range(len(marks), 0, -1):
        if marks[count - 1] in keeps:
            return count
    return 0
