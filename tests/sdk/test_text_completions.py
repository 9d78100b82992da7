"""The official client's text completions and usage pages, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openai
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "gpt-3.5-turbo-instruct"


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    """Return a client that refuses bodies which are not as published."""
    with openai.OpenAI(
        base_url=base_url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def test_every_prompt_has_its_choices(client: openai.OpenAI) -> None:
    """Two prompts and two choices for each make four, numbered through."""
    answer = client.completions.create(model=MODEL, prompt=["One", "Two"], n=2, echo=True)

    assert [0, 1, 2, 3] == [choice.index for choice in answer.choices]
    assert ["One", "One", "Two", "Two"] == [choice.text[:3] for choice in answer.choices]


def test_token_ids_are_prompts_as_well(client: openai.OpenAI) -> None:
    """One list of them is one prompt; each of several lists is one."""
    one = client.completions.create(model=MODEL, prompt=[1, 2, 3])
    two = client.completions.create(model=MODEL, prompt=[[1, 2], [3]])

    assert [1, 2] == [len(one.choices), len(two.choices)]


def test_a_stream_equals_the_plain_answer(base_url: str) -> None:
    """Text, logprobs and usage; the last chunk of text says why it ended."""
    # The published type of a chunk has no null, which every chunk but the last one sends.
    client = openai.OpenAI(base_url=base_url, api_key="any", max_retries=0)
    plain = client.completions.create(model=MODEL, prompt="Whales", logprobs=2)
    chunks = list(
        client.completions.create(
            model=MODEL,
            prompt="Whales",
            logprobs=2,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    parts = [choice for chunk in chunks for choice in chunk.choices]
    expected = plain.choices[0].logprobs
    assert expected is not None

    assert plain.choices[0].text == "".join(part.text for part in parts)
    assert expected.tokens == [
        token for part in parts if part.logprobs for token in part.logprobs.tokens or ()
    ]
    assert [None] * 15 + ["length"] == [part.finish_reason for part in parts]
    assert ([], plain.usage) == (chunks[-1].choices, chunks[-1].usage)


@pytest.mark.asyncio
async def test_the_async_client(base_url: str) -> None:
    """The limit is sixteen tokens unless the request says more."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key="any") as client:
        answer = await client.completions.create(model=MODEL, prompt="Whales")
    assert answer.usage is not None

    assert ("length", 16) == (answer.choices[0].finish_reason, answer.usage.completion_tokens)


def test_a_bad_field_raises_with_its_name(client: openai.OpenAI) -> None:
    """More alternatives than the API has are refused."""
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.completions.create(model=MODEL, prompt="Whales", logprobs=6)

    assert "logprobs" == caught.value.param
