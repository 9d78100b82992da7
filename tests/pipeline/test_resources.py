"""Resources: the limits of a collection, and who shares it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ROUTE = "/v1/chat/completions"
KEYS = """
auth:
  required: true
  keys:
    ann: { key: ann-key, organization: acme, project: one }
    bob: { key: bob-key, organization: acme, project: two }
    ann-too: { key: ann-too-key, organization: acme, project: one }
    eve: { key: eve-key, organization: other, project: three }
"""


async def store(world: World, key: str = "any", **fields: Any) -> str:
    """Keep a completion and return its id."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "store": True}
    headers = {"authorization": f"Bearer {key}"}
    answer = await world.send("POST", ROUTE, {**body, **fields}, headers=headers)
    id_: str = answer.json["id"]
    return id_


async def listed(world: World, key: str = "any") -> list[str]:
    """Return the ids of a list, the newest first."""
    answer = await world.send("GET", ROUTE, headers={"authorization": f"Bearer {key}"})
    return [entry["id"] for entry in answer.json["data"]]


async def test_the_number_of_objects_is_bounded(tmp_path: Path) -> None:
    """`max_objects`: the oldest goes."""
    world = World(tmp_path, "resources: { chat_completions: { max_objects: 2 } }")
    ids = [await store(world) for _ in range(3)]

    assert ids[:0:-1] == await listed(world)


async def test_the_bytes_are_bounded(tmp_path: Path) -> None:
    """`max_bytes`: two answers of 1,000 tokens do not fit into 10 KB."""
    world = World(tmp_path, "resources: { chat_completions: { max_bytes: 10KB } }")
    ids = [await store(world, max_tokens=1000, ignore_eos=True) for _ in range(2)]

    assert ids[1:] == await listed(world)


@pytest.mark.parametrize(
    ("owner", "seen_by"),
    [
        ("everyone", ["ann", "ann-too", "bob", "eve"]),
        ("organization", ["ann", "ann-too", "bob"]),
        ("project", ["ann", "ann-too"]),
        ("key", ["ann"]),
    ],
)
async def test_objects_are_shared_by_owner(tmp_path: Path, owner: str, seen_by: list[str]) -> None:
    """`owner`: others neither list nor find what is not theirs."""
    world = World(tmp_path, f"resources: {{ chat_completions: {{ owner: {owner} }} }}\n{KEYS}")
    id_ = await store(world, "ann-key")
    lists = {key: await listed(world, f"{key}-key") for key in ("ann", "ann-too", "bob", "eve")}
    found = {
        key: await world.send(
            "GET", f"{ROUTE}/{id_}", headers={"authorization": f"Bearer {key}-key"}
        )
        for key in lists
    }

    assert seen_by == [key for key, ids in lists.items() if ids == [id_]]
    assert seen_by == [key for key, answer in found.items() if answer.status == 200]


def problems(folder: Path, overlay: str) -> list[tuple[str, str]]:
    """Return the code and the path of everything that is wrong."""
    with pytest.raises(SpecError) as caught:
        World(folder, overlay)
    return [(problem.code, problem.path) for problem in caught.value.problems]


def test_a_resource_that_is_named_exists(tmp_path: Path) -> None:
    """A row may name only what `resources` declares."""
    overlay = "endpoints: { chat_completions: { resource: nothing } }"

    assert [("FA030", "endpoints.chat_completions.resource")] == problems(tmp_path, overlay)


def test_a_generator_of_resources_needs_one(tmp_path: Path) -> None:
    """A row that lists must say what."""
    overlay = "endpoints: { list_chat_completions: { resource: null } }"

    assert [("FA012", "endpoints.list_chat_completions.resource")] == problems(tmp_path, overlay)


def test_a_resource_without_a_use_is_a_problem(tmp_path: Path) -> None:
    """A row whose template keeps nothing would name it in vain."""
    overlay = "endpoints: { health: { resource: chat_completions } }"

    assert [("FA013", "endpoints.health.resource")] == problems(tmp_path, overlay)
