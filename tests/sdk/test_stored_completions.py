"""The official client's stored completions, by its own methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGES: Any = [{"role": "user", "content": "Hi"}]


@pytest.fixture
def client(live: Callable[[str], str]) -> Iterator[openai.OpenAI]:
    """Return a client of a server that only these tests use."""
    url = live("name: stored\n")
    with openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0) as made:
        for kept in made.chat.completions.list():
            made.chat.completions.delete(kept.id)
        yield made


def store(client: openai.OpenAI, **fields: Any) -> openai.types.chat.ChatCompletion:
    """Keep a completion."""
    asked: Any = {"model": "gpt-4o", "messages": MESSAGES, "store": True, **fields}
    made: openai.types.chat.ChatCompletion = client.chat.completions.create(**asked)
    return made


def test_a_life(client: openai.OpenAI) -> None:
    """Created, shown, changed, listed, deleted, gone."""
    made = store(client, metadata={"topic": "a"})
    path = client.chat.completions
    shown = path.retrieve(made.id)
    changed = path.update(made.id, metadata={"topic": "b"})
    found = [each.id for each in path.list(metadata={"topic": "b"}, model="gpt-4o")]
    deleted = path.delete(made.id)

    assert (made.choices, {"topic": "a"}) == (shown.choices, shown.metadata)
    assert {"topic": "b"} == changed.metadata
    assert [made.id] == found
    assert (made.id, True) == (deleted.id, deleted.deleted)
    with pytest.raises(openai.NotFoundError) as caught:
        path.retrieve(made.id)
    assert "not_found" == caught.value.code


def test_the_client_pages_by_itself(client: openai.OpenAI) -> None:
    """Through every object, once."""
    stored = [store(client).id for _ in range(5)]

    assert stored[::-1] == [each.id for each in client.chat.completions.list(limit=2)]
    assert stored == [each.id for each in client.chat.completions.list(limit=2, order="asc")]


def test_messages(client: openai.OpenAI) -> None:
    """The client lists what was asked."""
    messages: Any = [{"role": "system", "content": "Be kind."}, *MESSAGES]
    made = store(client, messages=messages)
    listed = list(client.chat.completions.messages.list(made.id, limit=1))

    assert ["Be kind.", "Hi"] == [message.content for message in listed]
    assert [f"{made.id}-0", f"{made.id}-1"] == [message.id for message in listed]


def test_a_stream_is_stored_when_it_ends(client: openai.OpenAI) -> None:
    """Its text is that of the chunks."""
    stream = client.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True, store=True
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    assert text == client.chat.completions.retrieve(chunks[0].id).choices[0].message.content
