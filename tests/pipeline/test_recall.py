"""Recall: equal bodies are worked out once, and never change an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from fakeai.pipeline.exchange import Exchange, Principal
from fakeai.pipeline.recall import (
    BODY_BYTES_MAX,
    ENTRIES_MAX,
    SEEN_MAX,
    TOTAL_BYTES_MAX,
    Memory,
    recalled,
)
from fakeai.pipeline.stage import PASSED, Recall, Stage, Steps
from tests.harness import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def put(exchange: Exchange, key: int) -> None:
    """Set the key again."""
    exchange.key = key


KEY = Recall(take=lambda exchange: exchange.key or None, put=put)


def stage(
    name: str, reads: set[str], writes: set[str], enter: Callable[[Exchange], None], recall: Recall
) -> tuple[Stage, Steps]:
    """Return a stage that can be recalled."""
    steps = Steps(enter=enter, recall=recall)
    reading, writing = frozenset(reads), frozenset(writes)
    return Stage(
        name=name, summary=name, compile=lambda *_: steps, reads=reading, writes=writing
    ), steps


def pass_through(steps: list[Steps], known: dict[str, Any], **fields: object) -> Exchange:
    """Take an exchange with these fields through steps."""

    async def nothing(*_: object) -> None: ...

    exchange = Exchange({}, nothing, nothing)
    exchange.known = known
    for name, value in fields.items():
        setattr(exchange, name, value)
    for each in steps:
        if each.enter is not None:
            each.enter(exchange)
    return exchange


def counted(seen: list[str], name: str, key: int = 7) -> Callable[[Exchange], None]:
    """Return a step that is seen, and that sets the key."""

    def enter(exchange: Exchange) -> None:
        seen.append(name)
        exchange.key = key

    return enter


def test_a_body_that_was_seen_is_not_worked_out_again() -> None:
    """Neighbours that can be recalled run once; what they set is set again."""
    seen: list[str] = []
    steps = recalled(
        [
            stage("check", {"request"}, set(), counted(seen, "check"), PASSED),
            stage("read", {"request"}, {"key"}, counted(seen, "read"), KEY),
        ]
    )
    known: dict[str, Any] = {}

    keys = [pass_through(steps, known).key for _ in range(3)]

    assert (1, ["check", "read"], [7, 7, 7]) == (len(steps), seen, keys)


def test_another_caller_or_model_is_worked_out() -> None:
    """Both are part of what a stage may read."""
    seen: list[str] = []
    steps = recalled([stage("read", {"principal", "model"}, {"key"}, counted(seen, "r"), KEY)])
    known: dict[str, Any] = {}

    pass_through(steps, known, principal=Principal(name="a"))
    pass_through(steps, known, principal=Principal(name="b"))
    pass_through(steps, known, principal=Principal(name="b"), model=object())

    assert ["r", "r", "r"] == seen


def test_what_reads_more_than_the_body_always_runs() -> None:
    """A stage that reads what an earlier one drew, or knew, is not recalled."""
    seen: list[str] = []
    first = Stage(
        name="clock", summary="clock", compile=lambda *_: None, writes=frozenset({"inputs"})
    )
    steps = recalled(
        [
            (first, Steps(enter=counted(seen, "clock"))),
            stage("read", {"inputs"}, {"key"}, counted(seen, "read"), KEY),
        ]
    )
    known: dict[str, Any] = {}
    for _ in range(2):
        pass_through(steps, known)

    assert ["clock", "read"] * 2 == seen


def test_what_nobody_writes_stays_as_it_is() -> None:
    """A stage whose writer was left out of the pipeline is recalled all the same."""
    seen: list[str] = []
    steps = recalled([stage("read", {"context"}, {"key"}, counted(seen, "read"), KEY)])
    known: dict[str, Any] = {}
    for _ in range(2):
        pass_through(steps, known)

    assert ["read"] == seen


def test_a_stage_may_decline_to_be_recalled() -> None:
    """Nothing is kept where there is nothing to keep."""
    seen: list[str] = []
    steps = recalled([stage("read", set(), {"key"}, counted(seen, "read", key=0), KEY)])
    known: dict[str, Any] = {}
    for _ in range(2):
        pass_through(steps, known)

    assert (["read", "read"], {}) == (seen, known)


def test_the_memory_is_bounded() -> None:
    """By number, by bytes, and a body that is too large is not kept at all."""
    many, large = Memory(), Memory()
    for number in range(2 * (ENTRIES_MAX + 10)):
        many.of(b"%d" % (number // 2))
    for number in range(2 * (TOTAL_BYTES_MAX // BODY_BYTES_MAX + 2)):
        large.of(bytes([number // 2]) * BODY_BYTES_MAX)

    assert ENTRIES_MAX == len(many)
    assert len(large) * BODY_BYTES_MAX <= TOTAL_BYTES_MAX
    for _ in range(3):
        assert many.of(b"x" * (BODY_BYTES_MAX + 1)) is None


def test_bodies_that_never_come_again_are_not_kept() -> None:
    """Something is known of a body from its second time on."""
    memory = Memory()
    first = [memory.of(b"%d" % number) for number in range(3 * SEEN_MAX)]
    again = [memory.of(b"twice") for _ in range(3)]

    assert [None] * (3 * SEEN_MAX) == first
    assert [None, {}, {}] == again
    assert again[1] is again[2]
    assert 1 == len(memory)


def test_bodies_are_told_apart_where_their_hashes_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of one is never taken for another one."""
    monkeypatch.setattr("fakeai.pipeline.recall.xxh3_64_intdigest", lambda _: 7)
    memory = Memory()
    first = [memory.of(b"one") for _ in range(3)][-1]

    assert {} == first
    assert [None, None] == [memory.of(b"two") for _ in range(2)]
    assert first is memory.of(b"one")


async def test_equal_requests_get_equal_answers(tmp_path: Path) -> None:
    """But for ids and counts of what is cached; and each is counted, logged and priced."""
    world = World(tmp_path)

    answers = [await world.chat("Why do whales sing?", max_tokens=40) for _ in range(3)]

    texts = {answer.json["choices"][0]["message"]["content"] for answer in answers}
    assert 1 == len(texts)
    assert 3 == len({answer.json["id"] for answer in answers})
    assert 3 == len([line for line in world.log.lines if line[1] == "response"])


async def test_every_call_of_a_tool_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Equal requests share no ids."""
    world = World(tmp_path)
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]

    answers = [await world.chat("Look", tools=tools, tool_choice="required") for _ in range(3)]

    calls = [answer.json["choices"][0]["message"]["tool_calls"][0] for answer in answers]
    assert 3 == len({call["id"] for call in calls})


async def test_chance_that_does_not_repeat_is_not_recalled(tmp_path: Path) -> None:
    """`determinism: sequence` draws anew for equal bodies."""
    world = World(tmp_path, "determinism: sequence\n")

    answers = [await world.chat("Why do whales sing?", max_tokens=40) for _ in range(3)]

    assert 3 == len({answer.json["choices"][0]["message"]["content"] for answer in answers})


TOOLS = [
    {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}},
    {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}},
]
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    "fields",
    [
        {"n": 3},
        {"logprobs": True, "top_logprobs": 2},
        {"stop": ["the"]},
        {"prediction": {"type": "content", "content": "Whales sing."}},
        {"model": "o3", "reasoning_effort": "high"},
        {"tools": TOOLS, "tool_choice": "required", "parallel_tool_calls": True},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "a", "schema": SCHEMA},
            }
        },
        {"store": True, "metadata": {"a": "b"}},
        {"include_metrics": True},
        {"stream": True, "stream_options": {"include_usage": True}},
        {"stream": True, "tools": TOOLS, "tool_choice": "required"},
    ],
    ids="-".join,
)
async def test_a_recalled_answer_is_the_one_that_would_have_been_written(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    """In every form: the first answer of a server, and its fourth to the same request."""
    world = World(tmp_path)
    told = [
        _ID.sub(b"", (await world.chat("Look, why do whales sing?", max_tokens=60, **fields)).body)
        for _ in range(4)
    ]

    assert [told[0]] * 3 == told[1:]


_ID = re.compile(rb"(chatcmpl-|call_|req_)[0-9a-f]+")


def test_a_stage_that_settles_is_not_asked_with_others() -> None:
    """What it does for an exchange that breaks off is not lost among them."""

    def settle(_exchange: Exchange) -> None:
        """Do nothing."""

    of, steps = stage("a", set(), {"key"}, settle, KEY)
    settling = Steps(enter=settle, settle=settle, recall=KEY)

    assert [None] == [each.settle for each in recalled([(of, steps)])]
    assert [settling] == recalled([(of, settling)])
