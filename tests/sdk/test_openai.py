"""The official client, sync and async, strict about every body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGES: Any = [{"role": "user", "content": "Why do whales sing? Use paragraphs, café ☕ 鯨."}]


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    """Return a client that refuses bodies which are not as published."""
    with openai.OpenAI(
        base_url=base_url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def test_a_plain_answer(client: openai.OpenAI) -> None:
    """The body is what the client's own types want."""
    answer = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    assert answer.usage is not None

    assert "gpt-4o" == answer.model
    assert answer.choices[0].message.content
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_equals_the_plain_answer(client: openai.OpenAI) -> None:
    """Byte for byte, for the same seeded request."""
    plain = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, seed=3)
    stream = client.chat.completions.create(
        model="gpt-4o",
        messages=MESSAGES,
        seed=3,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)

    assert plain.choices[0].message.content == text
    assert plain.usage == chunks[-1].usage
    assert 1 == len({chunk.id for chunk in chunks})


async def test_the_async_client_gets_the_same(base_url: str) -> None:
    """Plain and streamed, over one connection pool."""
    async with openai.AsyncOpenAI(
        base_url=base_url, api_key="any", _strict_response_validation=True
    ) as client:
        plain = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, seed=3)
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, seed=3, stream=True
        )
        text = "".join([c.choices[0].delta.content or "" async for c in stream])

    assert plain.choices[0].message.content == text


def test_models_are_listed_and_found(client: openai.OpenAI) -> None:
    """Ids with slashes are found by the client as it writes them."""
    model = "meta-llama/Llama-3.1-8B-Instruct"

    assert model in [row.id for row in client.models.list()]
    assert model == client.models.retrieve(model).id


def test_each_refusal_is_its_class(client: openai.OpenAI) -> None:
    """The client reads status and body alike."""
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("nobody/knows")
    with pytest.raises(openai.UnprocessableEntityError) as invalid:
        client.chat.completions.create(model="gpt-4o", messages=MESSAGES, temperature=9)
    with pytest.raises(openai.BadRequestError) as long:
        client.chat.completions.create(
            model="gpt-4", messages=[{"role": "user", "content": "word " * 9000}]
        )

    assert ("model_not_found", "model") == (missing.value.code, missing.value.param)
    assert "temperature" == invalid.value.param
    assert "context_length_exceeded" == long.value.code


def test_the_raw_response_has_the_apis_headers(client: openai.OpenAI) -> None:
    """The request id is where the client looks for it."""
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES)

    assert (raw.request_id or "").startswith("req_")
    assert raw.headers["openai-processing-ms"].isdigit()


def test_a_stream_is_paced(live: Callable[[str], str]) -> None:
    """On the machine's clock too, tokens come one by one and not before their time."""
    overlay = """
clock: { speed: 20 }
latency: { default: slow, profiles: { slow: { ttft: 2s, itl: 1s } } }
"""
    with openai.OpenAI(base_url=f"{live(overlay)}/v1", api_key="any") as client:
        stream = client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, max_tokens=5, stream=True
        )
        chunks = list(stream)

    assert 7 == len(chunks)
