"""Models: paged lists of them, and the end of a fine-tuned one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

VERSION = {"anthropic-version": "2023-06-01"}
TUNED = "ft:gpt-4o:acme::abc"
THREE = """  one: { created: 1 }
  three: { created: 3, display_name: Number 3, context_window: 8k, max_output_tokens: 2k }
  two: { created: 2, aliases: [deux] }
"""


def small(folder: Path, overlay: str = "") -> World:
    """Return a server that knows three models."""
    known = World(folder).engine.registry.listing()
    gone = "".join(f"  {model.id}: null\n" for model in known)
    return World(folder, f"{overlay}models:\n{gone}{THREE}")


async def listing(world: World, query: str = "") -> Any:
    """Return a list of models."""
    return (await world.send("GET", f"/v1/models?{query}", headers=VERSION)).json


def ids(shown: Any) -> list[str]:
    """Return the ids of a list."""
    return [entry["id"] for entry in shown["data"]]


async def test_models_are_listed_the_newest_first(tmp_path: Path) -> None:
    """Each with what clients show of it; a model without a name for people has its id."""
    shown = await listing(small(tmp_path))

    assert ("three", "one", False) == (*(shown["first_id"], shown["last_id"]), shown["has_more"])
    assert [("three", "Number 3"), ("two", "two"), ("one", "one")] == [
        (entry["id"], entry["display_name"]) for entry in shown["data"]
    ]
    assert {
        "type": "model",
        "id": "three",
        "display_name": "Number 3",
        "created_at": "1970-01-01T00:00:03Z",
        "lifecycle": "active",
        "max_input_tokens": 8000,
        "max_tokens": 2000,
    } == shown["data"][0]


@pytest.mark.parametrize(
    ("query", "expected", "more"),
    [
        ("limit=2", ["three", "two"], True),
        ("limit=2&after_id=two", ["one"], False),
        ("limit=1&before_id=one", ["two"], True),
        ("limit=2&before_id=one", ["three", "two"], False),
        ("after_id=nothing", [], False),
        ("limit=0", [], True),
    ],
)
async def test_a_page_of_models(
    tmp_path: Path, query: str, expected: list[str], *, more: bool
) -> None:
    """Behind an id, before an id, none beside one that is unknown."""
    shown = await listing(small(tmp_path), query)

    assert (expected, more) == (ids(shown), shown["has_more"])
    assert next(iter(expected), None) == shown["first_id"]


@pytest.mark.parametrize("limit", ["-1", "1001", "x"])
async def test_a_wrong_limit_is_refused(tmp_path: Path, limit: str) -> None:
    """In the envelope of the protocol whose header was sent."""
    answer = await World(tmp_path).send("GET", f"/v1/models?limit={limit}", headers=VERSION)

    assert (400, "invalid_request_error") == (answer.status, answer.json["error"]["type"])


async def test_a_list_may_be_of_some_models(tmp_path: Path) -> None:
    """The template's `where` says which."""
    template = """
inputs: { listing: { order: asc, where: { owner: anthropic, media: area } } }
response: { data: { $for: entry in outcome.page.models, $do: "{{ entry.owner }}" } }
"""
    overlay = (
        "endpoints: { anthropic_models: { schema: openai/profile.yaml, template: mine.yaml } }"
    )
    world = World(tmp_path, overlay, {"templates/mine.yaml": template})

    assert {"anthropic"} == set((await listing(world))["data"])


async def test_a_model_is_found_by_its_alias(tmp_path: Path) -> None:
    """With the id that is behind it; an unknown one is not found."""
    world = small(tmp_path, "unknown_models: reject\n")
    found = await world.send("GET", "/v1/models/deux", headers=VERSION)
    unknown = await world.send("GET", "/v1/models/trois", headers=VERSION)

    assert ("model", "two") == (found.json["type"], found.json["id"])
    assert (404, "error", "not_found_error") == (
        *(unknown.status, unknown.json["type"], unknown.json["error"]["type"]),
    )


async def test_a_fine_tuned_model_is_deleted(tmp_path: Path) -> None:
    """From lists, from its own page, and for generation."""
    world = World(tmp_path)
    await world.chat("Hi", model=TUNED)
    path = f"/v1/models/{TUNED}"
    known = await world.send("GET", path)
    deleted = await world.send("DELETE", path)

    assert (200, {"id": TUNED, "object": "model", "deleted": True}) == (
        *(known.status, deleted.json),
    )
    gone = [
        await world.send("GET", path),
        await world.send("GET", path, headers=VERSION),
        await world.send("DELETE", path),
        await world.chat("Hi", model=TUNED),
    ]
    assert [404] * 4 == [answer.status for answer in gone]
    assert "model_not_found" == gone[0].json["error"]["code"]
    listed = (await world.send("GET", "/v1/models")).json
    assert TUNED not in ids(listed)
    assert 200 == (await world.send("GET", "/v1/models/gpt-4o-2024-08-06")).status


@pytest.mark.parametrize("action", ["create", "reject"])
async def test_a_fine_tuned_model_need_not_have_been_used(tmp_path: Path, action: str) -> None:
    """It exists by its base."""
    world = World(tmp_path, f"unknown_models: {action}")

    assert 200 == (await world.send("DELETE", f"/v1/models/{TUNED}")).status


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("gpt-4o", 403, "insufficient_permissions"),
        ("meta-llama/Llama-3.1-8B-Instruct", 403, "insufficient_permissions"),
        ("nothing", 404, "model_not_found"),
        ("ft:nothing:acme::abc", 404, "model_not_found"),
    ],
)
async def test_other_models_stay(tmp_path: Path, model: str, status: int, code: str) -> None:
    """A base model may not be deleted, and what does not exist cannot be."""
    world = World(tmp_path, "unknown_models: reject")
    answer = await world.send("DELETE", f"/v1/models/{model}")

    assert (status, code) == (answer.status, answer.json["error"]["code"])
    assert (200 if status == 403 else 404) == (
        await world.send("GET", f"/v1/models/{model}")
    ).status


async def test_what_was_deleted_is_forgotten_in_time(tmp_path: Path) -> None:
    """`unknown_models.limit` bounds this memory too."""
    world = World(tmp_path, "unknown_models: { action: reject, limit: 2 }")
    for name in "abc":
        await world.send("DELETE", f"/v1/models/ft:gpt-4o:{name}")
    statuses = [(await world.chat("Hi", model=f"ft:gpt-4o:{name}")).status for name in "abc"]

    assert [200, 404, 404] == statuses


async def test_a_declared_fine_tuned_model_goes_with_its_aliases(tmp_path: Path) -> None:
    """All its names are unknown afterwards."""
    world = World(tmp_path, "models: { 'ft:mine': { aliases: [mine] } }")
    await world.send("DELETE", "/v1/models/ft:mine")
    statuses = [(await world.chat("Hi", model=name)).status for name in ("ft:mine", "mine")]

    assert [404, 404] == statuses
    assert "ft:mine" not in ids((await world.send("GET", "/v1/models")).json)
