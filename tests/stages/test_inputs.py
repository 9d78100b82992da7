"""inputs: the protocol's words in the generator's, and the request's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_how_an_answer_is_sent_does_not_change_what_it_says(tmp_path: Path) -> None:
    """Streaming, limits and the number of choices are not part of the key."""
    world = World(tmp_path)
    one = (await world.chat("Hi", n=2)).json["choices"]
    two = (await world.chat("Hi", n=3, stop=["zzz"])).json["choices"]

    assert one == two[:2]


async def test_what_is_said_changes_the_answer(tmp_path: Path) -> None:
    """Another model or another text is another request."""
    world = World(tmp_path)
    texts = [
        (await world.chat(text)).json["choices"][0]["message"]["content"] for text in ("Hi", "Ho")
    ]

    assert texts[0] != texts[1]


async def test_words_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """A template without a schema to guard it still gives a refusal, never a crash."""
    files = {
        "schemas/openai/raw.yaml": "request: { type: object }\n",
        "templates/openai/raw.yaml": 'inputs: { n: "{{ request.n }}" }\nresponse: { ok: true }\n',
    }
    world = World(
        tmp_path, "endpoints: { raw: { route: POST /v1/raw, protocol: openai } }\n", files
    )
    answer = await world.send("POST", "/v1/raw", {"n": "many"})

    assert (422, "invalid_request_error") == (answer.status, answer.json["error"]["type"])


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("/v1/chat/completions", {"n": 2.0, "seed": 1.0, "max_completion_tokens": 5.0}),
        ("/v1/chat/completions", {"logprobs": True, "top_logprobs": 2.0, "temperature": 0.5}),
        ("/v1/chat/completions", {"seed": 1e18}),
        ("/v1/completions", {"prompt": "Hi", "logprobs": 1.0}),
        ("/v1/completions", {"prompt": [[1.0, 2], [3.0]]}),
        ("/v1/messages", {"max_tokens": 9.0}),
        ("/detokenize", {"tokens": [1.0]}),
    ],
)
async def test_a_whole_number_may_be_written_with_a_point(
    tmp_path: Path, route: str, body: dict[str, Any]
) -> None:
    """JSON Schema says that 2.0 is an integer, and the answer is that of 2."""
    world = World(tmp_path)
    head: dict[str, Any] = {"model": "m"}
    if route in {"/v1/chat/completions", "/v1/messages"}:
        head["messages"] = [{"role": "user", "content": "Hi"}]
    pointed = await world.send("POST", route, {**head, **body})
    plain = await world.send("POST", route, {**head, **_plain(body)})

    assert 200 == pointed.status
    assert plain.json.get("choices") == pointed.json.get("choices")
    assert plain.json.get("content") == pointed.json.get("content")


def _plain(value: Any) -> Any:
    """Return a value with its whole numbers written without a point."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
