"""keeping: where the last mark of a request ends."""

from __future__ import annotations

from typing import Any, Final

import pytest

from fakeai.pipeline.inputs import Inputs, Tool
from fakeai.pipeline.keeping import up_to_mark

SHORT: Final = {"keep": "short"}
LONG: Final = {"keep": "long"}
TOOLS: Final = [Tool(name="a"), Tool(name="b", keep="long"), Tool(name="c")]


def content(*parts: Any) -> dict[str, Any]:
    """Return a message of such parts."""
    return {"content": [*parts]}


@pytest.mark.parametrize(
    ("messages", "keep", "expected", "expected_long"),
    [
        ([{"content": "a"}], None, (2, []), (2, [])),
        ([{"content": "a", **SHORT}, {"content": "b"}], None, (3, 1), (2, [])),
        ([content({}, SHORT, {})], None, (3, [content({}, SHORT)]), (2, [])),
        (
            [content(LONG, {}), content(SHORT), content({})],
            None,
            (3, 2),
            (3, [content(LONG)]),
        ),
        (
            [{"content": [SHORT, {}], "tool_calls": [{}, SHORT, {}]}],
            None,
            (3, [{"content": [SHORT, {}], "tool_calls": [{}, SHORT]}]),
            (2, []),
        ),
        ([{**content(SHORT, {}), "tool_calls": [{}]}], None, (3, [content(SHORT)]), (2, [])),
        ([content(LONG, {})], "short", (3, 1), (3, [content(LONG)])),
    ],
)
def test_the_last_mark_of_a_kind_counts(
    messages: list[dict[str, Any]], keep: Any, expected: Any, expected_long: Any
) -> None:
    """All before its end is meant: the tools first, calls after the parts of their message."""
    inputs = Inputs(messages=messages, tools=TOOLS, keep=keep)
    tools, before = expected
    before = messages[:before] if isinstance(before, int) else before

    assert (tools, before) == up_to_mark(inputs, ("short", "long"))
    assert expected_long == up_to_mark(inputs, ("long",))


def test_without_a_mark_nothing_is_to_be_kept() -> None:
    """Whatever the request has."""
    assert up_to_mark(Inputs(), ("short", "long")) is None
    assert up_to_mark(Inputs(messages=[content({})], tools=TOOLS[:1]), ("short", "long")) is None
