"""/v1/completions: what holds for the answer to any valid request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakeai.sim.tokens import HeuristicCounter
from tests.routes.drawing import listed, schema_of, values
from tests.routes.joining import joined_texts
from tests.routes.modes import Published, plain_and_streamed

if TYPE_CHECKING:
    from tests.harness import Answer, World

FILE: Final = "openai/completions.yaml"
REQUEST: Final = schema_of(FILE, "request")
VALID_REQUEST: Final = jsonschema_rs.validator_for(REQUEST)
PUBLISHED: Final = Published(FILE)

POOLS: Final = {
    "model": st.sampled_from(["all-round", "by-characters"]),
    "prompt": st.sampled_from(
        ["Once upon a time", "", None, ["One", "naïve ☕ 鯨"], [1, 2, 3], [[4], [5, 6]]]
    ),
    "stream": st.booleans(),
    "n": st.sampled_from([2, 3, 1, None]),
    "stop": st.sampled_from(["e", [" a", "\n"], ["the", "of", "x", "qq"], None]),
    "max_tokens": st.integers(0, 40) | st.none(),
    "min_tokens": st.integers(0, 30),
    "echo": st.booleans(),
    "logprobs": st.integers(0, 5),
}
DRAWS: Final = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def requests(draw: Any) -> Any:
    """Draw a valid request for texts."""
    return draw(values(REQUEST, POOLS).filter(VALID_REQUEST.is_valid))


async def ask(world: World, **fields: Any) -> Answer:
    """Ask for texts."""
    body = {"model": "all-round", "prompt": "Whales", **fields}
    return await world.send("POST", "/v1/completions", body)


async def both(world: World, body: Any) -> tuple[Answer, Answer]:
    """Send a request in both modes."""
    plain, streamed = plain_and_streamed(body)
    return await ask(world, **plain), await ask(world, **streamed)


def prompts_of(body: Any) -> list[Any]:
    """Return the prompts of a request, each a text or its token ids."""
    prompt = body["prompt"] or ""
    return [prompt] if isinstance(prompt, str) or isinstance(prompt[0], int) else list(prompt)


@DRAWS
@given(body=requests())
async def test_any_valid_request_is_answered_in_both_modes(world: World, body: Any) -> None:
    """Body and chunks are as published here, the chunks make the body, and usage is the same."""
    PUBLISHED.check(*await both(world, body), joined_texts)


@DRAWS
@given(body=requests())
async def test_any_answer_keeps_to_its_request(world: World, body: Any) -> None:
    """So many choices for each prompt, no stop text in them, never a token over the limit."""
    answer = (await both(world, {**body, "echo": False}))[0].json
    texts = [choice["text"] for choice in answer["choices"]]
    count = len(prompts_of(body)) * (body.get("n") or 1)
    stops = listed(body.get("stop"))
    limit = 16 if body.get("max_tokens") is None else body["max_tokens"]

    assert list(range(count)) == [choice["index"] for choice in answer["choices"]]
    assert [] == [stop for stop in stops for text in texts if stop in text]
    assert answer["usage"]["completion_tokens"] <= limit * count
    if body["model"] == "all-round":
        assert all(HeuristicCounter().count(text) <= limit for text in texts)


async def test_each_prompt_has_its_choices(world: World) -> None:
    """They are numbered through, prompt by prompt, and all are distinct."""
    answer = (await ask(world, prompt=["One", "Two"], n=3, echo=True)).json
    choices = answer["choices"]

    assert ["One"] * 3 + ["Two"] * 3 == [choice["text"][:3] for choice in choices]
    assert [0, 1, 2, 3, 4, 5] == [choice["index"] for choice in choices]
    assert 6 == len({choice["text"] for choice in choices})
    assert (2, 96) == (answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])


async def test_an_echo_has_the_prompts_own_logprobs(world: World) -> None:
    """With no token asked for, they are all there is; offsets count characters."""
    fields = {"prompt": "Whales sing, ☕ too", "echo": True, "logprobs": 2}
    choice = (await ask(world, **fields, max_tokens=0)).json["choices"][0]
    logprobs = choice["logprobs"]
    starts = [len("".join(logprobs["tokens"][:i])) for i in range(len(logprobs["tokens"]))]

    assert ("Whales sing, ☕ too", "length") == (choice["text"], choice["finish_reason"])
    assert choice["text"] == "".join(logprobs["tokens"])
    assert starts == logprobs["text_offset"]
    assert len(starts) == len(logprobs["token_logprobs"]) == len(logprobs["top_logprobs"])


async def test_a_stop_text_ends_a_choice(world: World) -> None:
    """The choice ends before it, and says that it has ended."""
    whole = (await ask(world, max_tokens=60)).json["choices"][0]["text"]
    stop = whole[20:23]
    choice = (await ask(world, max_tokens=60, stop=stop)).json["choices"][0]

    assert (whole[: whole.index(stop)], "stop") == (choice["text"], choice["finish_reason"])


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 3, "best_of": 2}, "best_of"),
        ({"n": 20, "best_of": 19}, "best_of"),
        ({"n": 21, "best_of": 20}, "n"),
        ({"prompt": []}, "prompt"),
        ({"logprobs": 6}, "logprobs"),
        ({"n": 0}, "n"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"max_tokens": 1201}, "max_tokens"),
    ],
)
async def test_a_bad_value_is_refused_by_its_name(world: World, fields: Any, param: str) -> None:
    """The envelope says which field is wrong."""
    answer = await ask(world, **fields)

    assert (422, param) == (answer.status, answer.json["error"]["param"])


@pytest.mark.parametrize(
    "fields", [{"n": 2, "best_of": 2}, {"best_of": 5}, {"n": 25, "best_of": None}]
)
async def test_the_best_of_as_many_or_more_are_taken(world: World, fields: Any) -> None:
    """Or of a number that is not given."""
    answer = await ask(world, prompt="Why?", **fields)

    assert fields.get("n", 1) == len(answer.json["choices"])
