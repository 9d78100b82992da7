"""Every key of the gates' sections, changed, changes what a client sees."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World
from tests.line import Listener
from tests.repository import ROOT
from tests.server_keys import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.gate_keys import Ask, Case
    from tests.harness import Answer

#: Seen by whoever starts the server: tests/engine/test_server.py.
OF_THE_PROCESS = {"server.host", "server.port", "request_log.format"}
#: Longer than any case lets a body take.
LONG_S = 10.0


async def send(world: World, listener: Listener, ask: Ask) -> Answer:
    """Send one request of a script."""
    if ask.raw:
        line = listener.connect()
        line.send(ask.raw)
        return await line.answer()
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": ask.content}],
        **ask.fields,
    }
    connection, serving = world.begin(
        ask.method, ask.path, body if ask.method == "POST" else None, headers=ask.headers
    )
    if ask.unended:
        connection.leave_open()
    answer: Answer = await serving
    return answer


async def play(world: World, case: Case) -> list[Answer]:
    """Send the script: one after the other, or all at once."""
    answers = []
    listener = Listener(world)
    groups = [case.script] if case.look == "crowd" else [(ask,) for ask in case.script]
    for group in groups:
        await world.clock.advance(group[0].later_s)
        tasks = [asyncio.create_task(send(world, listener, ask)) for ask in group]
        if group[0].unended:
            await world.clock.advance(LONG_S)
        await world.clock.run()
        answers += [await task for task in tasks]
    return answers


def seen(world: World, answers: list[Answer], look: str) -> Any:
    """Return what a case looks at."""
    last = answers[-1]
    if look in {"statuses", "crowd"}:
        return [answer.status for answer in answers]
    if look == "times":
        return [answer.parts[0][0] for answer in answers]
    if look == "text":
        return last.json["choices"][0]["message"]["content"]
    if look == "events":
        return [event for _, event, _ in world.log.lines]
    if look == "fields":
        return list(world.log.lines[-1][2])
    return last.headers.get(look)


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("key", list(CASES))
async def test_a_key_changes_what_is_seen(tmp_path: Path, key: str, position: int) -> None:
    """With one value this, with another one that, and nothing else differs."""
    case = CASES[key]
    overlay = case.spec.replace("@", case.values[position])
    world = World(tmp_path, overlay, case.files)

    assert case.seen[position] == seen(world, await play(world, case), case.look)


@pytest.mark.parametrize("key", list(CASES))
def test_a_case_is_about_its_key(key: str) -> None:
    """What is seen differs, and one value of the spec does."""
    case = CASES[key]

    assert case.seen[0] != case.seen[1]
    assert 1 == case.spec.count("@")


def test_every_key_has_a_case() -> None:
    """A key that is added to one of these sections needs one too."""
    schema = json.loads((ROOT / "schemas/fakeai.schema.json").read_text())
    sections = {key.partition(".")[0] for key in CASES}
    declared = {p for name in sections for p in keys(schema, schema["properties"][name], name)}

    assert declared == {*CASES, *OF_THE_PROCESS}


def keys(schema: Any, node: Any, path: str) -> Iterator[str]:
    """Yield the path of every key below a node of the schema; `*` is a name, `[]` an item."""
    if "$ref" in node:
        yield from keys(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], path)
    for option in node.get("anyOf", ()):
        yield from keys(schema, option, path)
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from keys(schema, child, f"{path}.{name}")
    for step, name in (("*", "additionalProperties"), ("[]", "items")):
        child = node.get(name)
        if isinstance(child, dict):
            yield from keys(schema, child, f"{path}.{step}")
