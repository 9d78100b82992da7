"""The official client's list of models, on a route that two APIs have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anthropic
import openai
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def client(live: Callable[[str], str]) -> Iterator[anthropic.Anthropic]:
    """Return a client that refuses bodies which are not as published."""
    with anthropic.Anthropic(
        base_url=live(""), api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def test_the_client_pages_by_itself(client: anthropic.Anthropic, base_url: str) -> None:
    """Every model once, the newest first; the other client sees the same ones."""
    first = client.models.list(limit=7)
    listed = list(first)
    with openai.OpenAI(base_url=base_url, api_key="any") as other:
        known = {model.id for model in other.models.list()}

    assert (7, True) == (len(first.data), first.has_more)
    assert sorted(listed, key=lambda model: model.created_at, reverse=True) == listed
    assert len(listed) == len({model.id for model in listed})
    assert known >= {model.id for model in listed} >= {"claude-opus-4-5", "gpt-4o"}


def test_the_client_pages_backwards(client: anthropic.Anthropic) -> None:
    """The page before a model ends next to it."""
    front = client.models.list(limit=6).data
    back = client.models.list(limit=3, before_id=front[-1].id)

    assert [model.id for model in front[2:5]] == [model.id for model in back.data]
    assert back.has_more


def test_a_model_is_found(client: anthropic.Anthropic) -> None:
    """By its id or an alias."""
    model = client.models.retrieve("claude-opus-4-5-20251101")

    assert ("claude-opus-4-5", "Claude Opus 4.5", 2025) == (
        *(model.id, model.display_name, model.created_at.year),
    )
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("claude-nothing")


def test_a_fine_tuned_model_is_deleted(base_url: str) -> None:
    """By the other client, and a base model is not."""
    name = "ft:gpt-4o-mini:acme::sdk"
    with openai.OpenAI(base_url=base_url, api_key="any", max_retries=0) as client:
        deleted = client.models.delete(name)
        with pytest.raises(openai.NotFoundError):
            client.models.retrieve(name)
        with pytest.raises(openai.PermissionDeniedError):
            client.models.delete("gpt-4o")

    assert (name, "model", True) == (deleted.id, deleted.object, deleted.deleted)
