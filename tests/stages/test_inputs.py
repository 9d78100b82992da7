"""inputs: the protocol's words in the generator's, and the request's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
