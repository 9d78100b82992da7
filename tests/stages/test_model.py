"""model: ids, aliases, and models that nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ALIAS = "models: { house: { aliases: [den], owner: us, context_window: 100 } }\n"


async def test_an_alias_answers_under_the_name_that_was_asked_for(tmp_path: Path) -> None:
    """`aliases` are further names of a model."""
    answer = await World(tmp_path, ALIAS).send("GET", "/v1/models/den")

    assert (200, "den", "us") == (answer.status, answer.json["id"], answer.json["owned_by"])


async def test_an_unknown_model_is_made_on_first_use(tmp_path: Path) -> None:
    """`unknown_models: create` answers, and lists the model from then on."""
    world = World(tmp_path)
    body = {"model": "brand-new", "messages": [{"role": "user", "content": "Hi"}]}
    answer = await world.send("POST", "/v1/chat/completions", body)
    listed = (await world.send("GET", "/v1/models")).json["data"]

    assert "brand-new" == answer.json["model"]
    assert "brand-new" in [row["id"] for row in listed]


async def test_looking_a_model_up_does_not_make_it(tmp_path: Path) -> None:
    """Only an endpoint that generates makes models."""
    answer = await World(tmp_path).send("GET", "/v1/models/brand-new")

    assert (404, "model_not_found") == (answer.status, answer.json["error"]["code"])


async def test_unknown_models_can_be_rejected(tmp_path: Path) -> None:
    """`unknown_models: reject` refuses with the model's name and the param."""
    world = World(tmp_path, "unknown_models: reject\n")
    body = {"model": "brand-new", "messages": [{"role": "user", "content": "Hi"}]}
    answer = await world.send("POST", "/v1/chat/completions", body)

    assert 404 == answer.status
    assert "model" == answer.json["error"]["param"]
    assert "`brand-new`" in answer.json["error"]["message"]


async def test_a_very_long_name_is_not_made_and_not_repeated(tmp_path: Path) -> None:
    """The refusal says how it begins."""
    body = {"model": "n" * 2_000_000, "messages": [{"role": "user", "content": "Hi"}]}
    answer = await World(tmp_path).send("POST", "/v1/chat/completions", body)

    assert (404, "model_not_found") == (answer.status, answer.json["error"]["code"])
    assert len(answer.body) < 1000


async def test_made_models_are_bounded_and_like_their_template(tmp_path: Path) -> None:
    """`limit` bounds them, the oldest go first; `like` is what they are."""
    world = World(
        tmp_path, "unknown_models: { action: create, limit: 2, like: { owner: nobody } }\n"
    )
    for name in ("a", "b", "c"):
        body = {"model": name, "messages": [{"role": "user", "content": "Hi"}]}
        await world.send("POST", "/v1/chat/completions", body)
    listed = (await world.send("GET", "/v1/models")).json["data"]

    assert [("b", "nobody"), ("c", "nobody")] == [(r["id"], r["owned_by"]) for r in listed[-2:]]


async def test_a_deleted_model_is_gone(tmp_path: Path) -> None:
    """`null` in an overlay takes a model away."""
    answer = await World(tmp_path, "models: { gpt-4o: null }\n").send("GET", "/v1/models/gpt-4o")

    assert 404 == answer.status
