"""streaming: pieces are written when they are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.spec.files import builtin_folder
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_is_due_together_goes_out_in_one_write(tmp_path: Path) -> None:
    """A stream without latency is one piece; with it, each token has its own."""
    slow = "latency: { profiles: { instant: { ttft: 1s, itl: 1s } } }\n"
    (tmp_path / "slow").mkdir()
    at_once = await World(tmp_path).chat(stream=True, max_tokens=5)
    paced = await World(tmp_path / "slow", slow).chat(stream=True, max_tokens=5)

    assert 1 == len([part for _, part in at_once.parts if part])
    assert [1.0, 2.0, 3.0, 4.0, 5.0] == [round(t - paced.parts[0][0] + 1) for t, _ in paced.parts]


async def test_a_long_stream_leaves_others_their_turn(tmp_path: Path) -> None:
    """What is due at once is still made and written in portions."""
    long = {"max_tokens": 2500, "ignore_eos": True}
    world = World(tmp_path)
    plain = await world.chat(**long)
    streamed = await world.chat(stream=True, **long)

    assert 3 == len([part for _, part in streamed.parts if part])
    assert plain.json["choices"][0]["message"]["content"] == streamed.text


@pytest.mark.parametrize(("latency", "status"), [("0ms", 500), ("10ms", 200)])
async def test_a_frame_that_fails_is_told(tmp_path: Path, latency: str, status: int) -> None:
    """Before the head is out by an error's own answer, after it by an event of the stream."""
    built_in = (builtin_folder() / "templates/openai/chat_completions.yaml").read_text()
    end = 'done: { raw: "[DONE]" }'
    failing = built_in.replace(end, 'done: { raw: "{{ 1 / usage.cached_tokens }}" }')
    overlay = "endpoints: { chat_completions: { template: house/chat.yaml } }\n"
    overlay += f"latency: {{ default: p, profiles: {{ p: {{ ttft: {latency} }} }} }}\n"
    world = World(tmp_path, overlay, {"templates/house/chat.yaml": failing})

    answer = await world.chat("Hi", stream=True, max_tokens=3)

    assert end in built_in
    assert status == answer.status
    assert b'"code":"internal_error"' in answer.body
    assert answer.complete
