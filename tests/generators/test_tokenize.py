"""tokenize: texts to ids and back, with the model's counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_text_survives_the_way_there_and_back(tmp_path: Path) -> None:
    """As many ids as the prompt has tokens, and the same text out of them."""
    world = World(tmp_path)
    text = "Hello, world! Grüße."
    there = (await world.send("POST", "/tokenize", {"model": "gpt-4o", "prompt": text})).json
    back = await world.send("POST", "/detokenize", {"model": "gpt-4o", "tokens": there["tokens"]})
    usage = (await world.chat(text)).json["usage"]

    assert usage["prompt_tokens"] == there["count"] == len(there["tokens"])
    assert 128_000 == there["max_model_len"]
    assert {"prompt": text} == back.json


async def test_an_id_out_of_range_is_refused(tmp_path: Path) -> None:
    """With the id in the message, and the field that has it."""
    body = {"model": "gpt-4o", "tokens": [2**40]}
    answer = await World(tmp_path).send("POST", "/detokenize", body)

    assert (422, "tokens") == (answer.status, answer.json["error"]["param"])
    assert str(2**40) in answer.json["error"]["message"]


@pytest.mark.parametrize("path", ["/start_profile", "/stop_profile"])
async def test_profiles_are_accepted(tmp_path: Path, path: str) -> None:
    """A load tool that asks for one goes on."""
    assert 200 == (await World(tmp_path).send("POST", path)).status


async def test_tokenizing_is_no_answer(tmp_path: Path) -> None:
    """It costs nothing, runs on no worker, and nothing takes it for generated text."""
    shown = "prompt_cache: { minimum: 0, rounding: 1 }"
    world = World(tmp_path, f"kv_cache: {{ pools: {{ main: {{ {shown} }} }} }}\n")
    prompt = {"model": "gpt-4o", "prompt": "one two three four " * 100}
    tokenized = await world.send("POST", "/tokenize", prompt)
    summary = (await world.send("GET", "/metrics.json")).json
    report = await world.send("GET", "/v1/organization/usage/completions?start_time=0")
    completed = await world.send("POST", "/v1/completions", {**prompt, "max_tokens": 1})

    assert {} == summary["models"]
    assert 0 == summary["keys"]["anonymous"]["cost_usd"]
    assert "x-fakeai-worker" not in tokenized.headers
    assert [] == [row for bucket in report.json["data"] for row in bucket["results"]]
    assert 0 == completed.json["usage"]["prompt_tokens_details"]["cached_tokens"]
