"""completion: lengths, stops, choices, seeds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeai.sim.tokens import CharacterCounter, Counter, HeuristicCounter
from tests.harness import World

COUNTERS: dict[str, Counter] = {"heuristic": HeuristicCounter(), "characters": CharacterCounter(4)}


async def test_ignore_eos_gives_exactly_max_tokens(tmp_path: Path) -> None:
    """The text re-tokenizes to what was asked for, and the usage says so."""
    answer = await World(tmp_path).chat("Hi", max_tokens=64, ignore_eos=True)
    choice = answer.json["choices"][0]

    assert (64, "length") == (answer.json["usage"]["completion_tokens"], choice["finish_reason"])
    assert 64 == HeuristicCounter().count(choice["message"]["content"])


async def test_a_shorter_answer_is_the_beginning_of_a_longer_one(tmp_path: Path) -> None:
    """The limit cuts the text; it does not change it."""
    world = World(tmp_path)
    texts = [
        (await world.chat("Hi", max_tokens=n)).json["choices"][0]["message"]["content"]
        for n in (5, 40)
    ]

    assert texts[1].startswith(texts[0])


async def test_max_tokens_zero_or_null_is_no_limit(tmp_path: Path) -> None:
    """Both give the answer that nothing limits."""
    world = World(tmp_path)
    bodies = [(await world.chat("Hi", max_tokens=n)).json["choices"] for n in (0, None)]

    assert bodies[0] == bodies[1]
    assert "stop" == bodies[0][0]["finish_reason"]


async def test_min_tokens_is_a_least_length(tmp_path: Path) -> None:
    """An answer that would be shorter goes on."""
    overlay = "templates: { answer_tokens: 5 }\n"
    world = World(tmp_path, overlay)
    short = (await world.chat("Hi")).json["usage"]["completion_tokens"]
    long = (await world.chat("Hi", min_tokens=100)).json["usage"]["completion_tokens"]

    assert short < 40
    assert long > 80


async def test_answer_tokens_sets_the_length(tmp_path: Path) -> None:
    """`templates.answer_tokens` is what an answer is like when nothing limits it."""
    short = await World(tmp_path, "templates: { answer_tokens: 20 }\n").chat("Hi")
    long = await World(tmp_path, "templates: { answer_tokens: 400 }\n").chat("Hi")

    assert short.json["usage"]["completion_tokens"] < 60
    assert long.json["usage"]["completion_tokens"] > 300


async def test_n_choices_are_distinct(tmp_path: Path) -> None:
    """Each choice is its own draw, and usage counts them all."""
    answer = (await World(tmp_path).chat("Hi", n=5, max_tokens=20, ignore_eos=True)).json

    assert 5 == len({choice["message"]["content"] for choice in answer["choices"]})
    assert 100 == answer["usage"]["completion_tokens"]


async def test_seeds_select_the_text(tmp_path: Path) -> None:
    """The same seed repeats, another seed differs."""
    world = World(tmp_path)
    texts = [(await world.chat("Hi", seed=s)).json["choices"] for s in (1, 1, 2)]

    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


@pytest.mark.parametrize(("mode", "repeats"), [("request", True), ("sequence", False)])
async def test_determinism_decides_whether_a_request_repeats(
    tmp_path: Path, mode: str, repeats: bool
) -> None:
    """`request` repeats the answer; `sequence` repeats only the whole run."""
    overlay = f"determinism: {mode}\n"
    world, other = World(tmp_path, overlay), World(tmp_path, overlay)
    one, two = [(await world.chat("Hi")).json["choices"] for _ in range(2)]

    assert repeats == (one == two)
    assert one == (await other.chat("Hi")).json["choices"]


async def test_determinism_off_repeats_only_with_a_seed(tmp_path: Path) -> None:
    """Temperature 0 and a seed pin the answer even then."""
    world = World(tmp_path, "determinism: off\n")
    free = [(await world.chat("Hi")).json["choices"] for _ in range(2)]
    pinned = [(await world.chat("Hi", temperature=0)).json["choices"] for _ in range(2)]

    assert free[0] != free[1]
    assert pinned[0] == pinned[1]


@settings(max_examples=25)
@given(stop=st.text(alphabet="aeiou nst", min_size=1, max_size=3), limit=st.integers(1, 60))
async def test_no_stop_text_is_left_and_no_limit_is_passed(stop: str, limit: int) -> None:
    """Plain and streamed end before the first stop text, whatever token borders are."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
    plain = (await world.chat("Hi", stop=stop, max_tokens=limit)).json
    streamed = await world.chat("Hi", stop=stop, max_tokens=limit, stream=True)

    text = plain["choices"][0]["message"]["content"]
    assert stop not in text
    assert text == streamed.text
    assert plain["usage"]["completion_tokens"] <= limit


@pytest.mark.parametrize("tokenizer", ["heuristic", "characters"])
async def test_models_made_on_first_use_count_as_their_like(tmp_path: Path, tokenizer: str) -> None:
    """A counter that no declared model has writes answers all the same."""
    world = World(tmp_path, f"unknown_models: {{ like: {{ tokenizer: {tokenizer} }} }}")
    answer = await world.chat("Hi", model="new", max_tokens=5, ignore_eos=True)
    count = COUNTERS[tokenizer].count(answer.json["choices"][0]["message"]["content"])

    assert (5, 5) == (answer.json["usage"]["completion_tokens"], count)
