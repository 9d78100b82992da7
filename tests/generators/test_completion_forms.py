"""completion: JSON, reasoning, logprobs and predictions, over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness import World

if TYPE_CHECKING:
    from tests.harness import Answer

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
THINKER = "models: { thinker: { reasoning: effort } }\n"


def by_schema(schema: object) -> dict[str, Any]:
    """Return a response format."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}


def joined(answer: Answer, key: str, index: int = 0) -> str:
    """Return the deltas of one kind, joined."""
    choices = [c for chunk in answer.chunks for c in chunk["choices"] if c["index"] == index]
    return "".join(choice["delta"].get(key) or "" for choice in choices)


async def test_a_schema_gets_an_instance(tmp_path: Path) -> None:
    """It is valid, takes values from the conversation, and streams to the same text."""
    world, prompt = World(tmp_path), "Jason is 25 years old"
    plain = await world.chat(prompt, response_format=by_schema(PERSON))
    streamed = await world.chat(prompt, response_format=by_schema(PERSON), stream=True)
    text = plain.json["choices"][0]["message"]["content"]

    assert {"name": "Jason", "age": 25} == json.loads(text)
    assert text == streamed.text


async def test_n_instances_are_distinct(tmp_path: Path) -> None:
    """Each is another draw, and valid."""
    answer = await World(tmp_path).chat("Invent people", n=4, response_format=by_schema(PERSON))
    texts = [choice["message"]["content"] for choice in answer.json["choices"]]

    assert 4 == len(set(texts))
    assert all(jsonschema_rs.is_valid(PERSON, json.loads(text)) for text in texts)


@pytest.mark.parametrize("schema", [{"type": "integer", "minimum": 2, "maximum": 1}, {"not": {}}])
async def test_a_schema_without_instances_is_refused(tmp_path: Path, schema: object) -> None:
    """Also before a stream starts, with a reason."""
    for stream in (False, True):
        answer = await World(tmp_path).chat(response_format=by_schema(schema), stream=stream)
        error = answer.json["error"]

        assert (422, "response_format.json_schema.schema") == (answer.status, error["param"])
        assert error["message"].startswith("Invalid schema: ")


async def test_json_is_cut_at_the_limit(tmp_path: Path) -> None:
    """It ends in the middle, as the real thing does."""
    answer = (await World(tmp_path).chat(response_format=by_schema(PERSON), max_tokens=4)).json

    assert "length" == answer["choices"][0]["finish_reason"]
    assert 4 == answer["usage"]["completion_tokens"]


@pytest.mark.parametrize(
    ("prompt", "keys"),
    [('With the keys "first" and "last"', {"first", "last"}), ("In JSON", {"title", "summary"})],
)
async def test_json_object_follows_the_messages(
    tmp_path: Path, prompt: str, keys: set[str]
) -> None:
    """It is always an object, with the keys that are named."""
    answer = await World(tmp_path).chat(prompt, response_format={"type": "json_object"})

    assert keys == set(json.loads(answer.json["choices"][0]["message"]["content"]))


async def test_reasoning_comes_first_and_counts(tmp_path: Path) -> None:
    """Its tokens are in the usage; plain and streamed are equal."""
    world = World(tmp_path, THINKER)
    plain = (await world.chat("Why?", model="thinker")).json
    streamed = await world.chat(
        "Why?", model="thinker", stream=True, stream_options={"include_usage": True}
    )
    message = plain["choices"][0]["message"]
    kinds = [key for c in streamed.chunks[1:-2] for key in c["choices"][0]["delta"]]
    details = plain["usage"]["completion_tokens_details"]

    assert message["reasoning_content"] == joined(streamed, "reasoning_content")
    assert message["content"] == streamed.text
    assert sorted(kinds, reverse=True) == kinds
    assert kinds.count("reasoning_content") == details["reasoning_tokens"]
    assert plain["usage"] == streamed.chunks[-1]["usage"]


async def test_effort_changes_the_length(tmp_path: Path) -> None:
    """`none` switches it off; a higher effort takes more tokens."""
    world = World(tmp_path, THINKER)
    tokens = []
    for effort in ("none", "minimal", "medium", "xhigh"):
        usage = (await world.chat("Why?", model="thinker", reasoning_effort=effort)).json["usage"]
        tokens.append(usage["completion_tokens_details"]["reasoning_tokens"])

    assert 0 == tokens[0]
    assert sorted(set(tokens)) == tokens


@pytest.mark.parametrize(
    ("section", "low", "high"),
    [
        ("{ tokens: 40 }", 20, 60),
        ("{ tokens: 40, efforts: { big: 10 }, default: big }", 350, 450),
        ("{ tokens: 40, efforts: { medium: 5 } }", 20, 60),
    ],
)
async def test_the_spec_sets_the_length(tmp_path: Path, section: str, low: int, high: int) -> None:
    """Tokens, efforts and the default effort of a `reasoning` row each have their effect."""
    overlay = f"reasoning: {{ mine: {section} }}\nmodels: {{ thinker: {{ reasoning: mine }} }}\n"
    usage = (await World(tmp_path, overlay).chat("Why?", model="thinker")).json["usage"]

    assert low < usage["completion_tokens_details"]["reasoning_tokens"] < high


async def test_reasoning_spends_the_limit(tmp_path: Path) -> None:
    """A limit that the reasoning reaches leaves nothing for the text."""
    answer = (await World(tmp_path, THINKER).chat("Why?", model="thinker", max_tokens=9)).json
    choice = answer["choices"][0]

    assert ("", "length") == (choice["message"]["content"], choice["finish_reason"])
    assert 9 == answer["usage"]["completion_tokens"]


async def test_logprobs_join_to_the_content(tmp_path: Path) -> None:
    """Each token has as many alternatives as asked for; a stream sends the same in step."""
    world = World(tmp_path)
    asked = {"logprobs": True, "top_logprobs": 3, "max_tokens": 12}
    choice = (await world.chat("Écrivez 🎉", **asked)).json["choices"][0]
    streamed = await world.chat("Écrivez 🎉", **asked, stream=True)
    entries = choice["logprobs"]["content"]
    sent = [
        entry
        for chunk in streamed.chunks
        for entry in (chunk["choices"][0]["logprobs"] or {"content": []})["content"]
    ]

    assert choice["message"]["content"].encode() == b"".join(bytes(e["bytes"]) for e in entries)
    assert all(3 == len(entry["top_logprobs"]) for entry in entries)
    assert entries == sent


async def test_without_the_wish_there_are_no_logprobs(tmp_path: Path) -> None:
    """Null in both modes; alternatives alone are refused."""
    world = World(tmp_path)
    streamed = await world.chat("Hi", stream=True)
    refused = await world.chat("Hi", top_logprobs=2)

    assert (await world.chat("Hi")).json["choices"][0]["logprobs"] is None
    assert all(chunk["choices"][0]["logprobs"] is None for chunk in streamed.chunks)
    assert (422, "logprobs") == (refused.status, refused.json["error"]["param"])


async def test_a_prediction_is_repeated_and_counted(tmp_path: Path) -> None:
    """What is not reached counts as rejected."""
    world, prediction = World(tmp_path), {"type": "content", "content": "one two three four"}
    whole = (await world.chat("Hi", prediction=prediction)).json
    cut = (await world.chat("Hi", prediction=prediction, max_tokens=3)).json
    details = [body["usage"]["completion_tokens_details"] for body in (whole, cut)]

    assert "one two three four" == whole["choices"][0]["message"]["content"]
    assert [(4, 0), (3, 1)] == [
        (d["accepted_prediction_tokens"], d["rejected_prediction_tokens"]) for d in details
    ]


async def test_a_prediction_in_parts_is_one_text(tmp_path: Path) -> None:
    """All parts count; without a prediction nothing does."""
    parts = [{"type": "text", "text": "one two"}, {"type": "text", "text": " three"}]
    world = World(tmp_path)
    said = (await world.chat("Hi", prediction={"type": "content", "content": parts})).json
    none = (await world.chat("Hi")).json
    details = [body["usage"]["completion_tokens_details"] for body in (said, none)]

    assert "one two three" == said["choices"][0]["message"]["content"]
    assert [3, 0] == [d["accepted_prediction_tokens"] for d in details]
    assert [0, 0] == [d["rejected_prediction_tokens"] for d in details]


async def test_usage_can_run_along(tmp_path: Path) -> None:
    """Each chunk says how many tokens there have been; the last says the same as the end."""
    options = {"include_usage": True, "continuous_usage_stats": True}
    answer = await World(tmp_path).chat("Hi", stream=True, stream_options=options, max_tokens=6)
    counts = [c["usage"]["completion_tokens"] for c in answer.chunks if c["usage"]]
    totals = [c["usage"]["total_tokens"] for c in answer.chunks if c["usage"]]

    assert [1, 2, 3, 4, 5, 6, 6] == counts
    assert totals[-1] == totals[-2]


async def test_metadata_comes_back_with_what_is_stored(tmp_path: Path) -> None:
    """Bookkeeping fields are taken, and the tier is echoed."""
    answer = await World(tmp_path).chat(
        store=True, metadata={"a": "b"}, user="me", service_tier="flex"
    )

    assert {"a": "b"} == answer.json["metadata"]
    assert "flex" == answer.json["service_tier"]


@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(1, 3),
    limit=st.integers(1, 80),
    stop=st.sampled_from([None, "e", [" the", "."]]),
    form=st.sampled_from(["text", "json_object"]),
    logprobs=st.booleans(),
    thinks=st.booleans(),
)
async def test_both_modes_agree(**drawn: Any) -> None:
    """Whatever is asked for: deltas re-join, usage is equal, the limit holds, no stop is left."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), THINKER)
    fields = {
        "model": "thinker" if drawn["thinks"] else "gpt-4o",
        "n": drawn["n"],
        "max_tokens": drawn["limit"],
        "stop": drawn["stop"],
        "response_format": {"type": drawn["form"]},
        "logprobs": drawn["logprobs"],
    }
    plain = (await world.chat("Tell me of rivers", **fields)).json
    streamed = await world.chat(
        "Tell me of rivers", **fields, stream=True, stream_options={"include_usage": True}
    )
    stops = [drawn["stop"]] if isinstance(drawn["stop"], str) else drawn["stop"] or []

    assert plain["usage"] == streamed.chunks[-1]["usage"]
    assert plain["usage"]["completion_tokens"] <= drawn["n"] * drawn["limit"]
    for choice in plain["choices"]:
        text = choice["message"]["content"]
        assert text == joined(streamed, "content", choice["index"])
        assert not any(stop in text for stop in stops)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}),
        ("/v1/completions", {"prompt": "Hi"}),
    ],
)
async def test_options_of_a_stream_need_one(
    tmp_path: Path, path: str, asked: dict[str, Any]
) -> None:
    """A plain answer has no use for them; null is none."""
    world, options = World(tmp_path), {"include_usage": True}
    body = {"model": "gpt-3.5-turbo-instruct", **asked}
    given: list[dict[str, Any]] = [
        {"stream_options": options},
        {"stream_options": options, "stream": False},
        {"stream_options": None},
        {"stream_options": options, "stream": True},
    ]
    answers = [await world.send("POST", path, body | more) for more in given]

    assert [422, 422, 200, 200] == [answer.status for answer in answers]
    assert "stream_options" == answers[0].json["error"]["param"]
