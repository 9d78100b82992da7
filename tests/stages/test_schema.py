"""schema: every violation has the API's words and the exact param."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

USER = {"role": "user", "content": "Hi"}
CASES: list[tuple[dict[str, Any], str | None, str]] = [
    ({"messages": [USER]}, "model", "missing_required_parameter"),
    ({"model": "m"}, "messages", "missing_required_parameter"),
    ({"model": 5, "messages": [USER]}, "model", "invalid_type"),
    ({"model": "m", "messages": []}, "messages", "empty_array"),
    ({"model": "m", "messages": "hi"}, "messages", "invalid_type"),
    (
        {"model": "m", "messages": [{"role": "user"}]},
        "messages.0.content",
        "missing_required_parameter",
    ),
    (
        {"model": "m", "messages": [USER, {"role": "wizard", "content": ""}]},
        "messages.1.role",
        "invalid_value",
    ),
    (
        {"model": "m", "messages": [{"role": "user", "content": 5}]},
        "messages.0.content",
        "invalid_type",
    ),
    (
        {"model": "m", "messages": [USER], "temperature": 9},
        "temperature",
        "decimal_above_max_value",
    ),
    ({"model": "m", "messages": [USER], "temperature": "hot"}, "temperature", "invalid_type"),
    ({"model": "m", "messages": [USER], "n": 0}, "n", "integer_below_min_value"),
    ({"model": "m", "messages": [USER], "n": 129}, "n", "integer_above_max_value"),
    (
        {"model": "m", "messages": [USER], "temperature": -1},
        "temperature",
        "decimal_below_min_value",
    ),
    (
        {"model": "m", "messages": [USER], "repetition_penalty": 0},
        "repetition_penalty",
        "decimal_below_min_value",
    ),
    ({"model": "m", "messages": [USER], "n": "two"}, "n", "invalid_type"),
    ({"model": "m", "messages": [USER], "stream": "maybe"}, "stream", "invalid_type"),
    (
        {"model": "m", "messages": [USER], "top_logprobs": 21},
        "top_logprobs",
        "integer_above_max_value",
    ),
    ({"model": "m", "messages": [USER], "stop": ["a"] * 5}, "stop", "array_above_max_length"),
]


async def test_the_options_of_a_stream_want_a_stream(tmp_path: Path) -> None:
    """In the words of the API."""
    answer = await World(tmp_path).chat(stream_options={"include_usage": True})

    assert (
        "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        == answer.json["error"]["message"]
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"max_tokens": "x"}, "max_tokens: Input should be a valid integer"),
        ({"thinking": "x"}, "thinking: Input should be a valid object"),
        ({"system": True}, "system: Input should be a valid string or array"),
    ],
)
async def test_types_are_named_without_articles(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    """Where the words of an API have one before them."""
    body = {"model": "claude-opus-4-5", "max_tokens": 9, "messages": [USER], **fields}
    answer = await World(tmp_path).send("POST", "/v1/messages", body)

    assert said == answer.json["error"]["message"]


@pytest.mark.parametrize(("body", "param", "code"), CASES)
async def test_a_bad_value_is_named(
    tmp_path: Path, body: dict[str, Any], param: str | None, code: str
) -> None:
    """The refusal has status 422, the path of the value, and the code of what it breaks."""
    answer = await World(tmp_path).send("POST", "/v1/chat/completions", body)
    error = answer.json["error"]

    assert (422, param, code) == (answer.status, error["param"], error["code"])
    assert "invalid_request_error" == error["type"]


async def test_null_is_absent_for_optional_fields(tmp_path: Path) -> None:
    """SDKs send null for what was not given."""
    answer = await World(tmp_path).chat(temperature=None, n=None, stop=None, stream=None)

    assert 200 == answer.status


async def test_unknown_fields_are_accepted(tmp_path: Path) -> None:
    """New SDKs send new fields."""
    assert 200 == (await World(tmp_path).chat(brand_new={"a": 1})).status


async def test_numbers_and_depths_beyond_reason_are_refused(tmp_path: Path) -> None:
    """Nothing that a client can send is a server error."""
    world = World(tmp_path)
    head = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "x": '
    bodies = [head + b"1" * 5000 + b"}", head + b"[" * 900 + b"]" * 900 + b"}", b"[" * 100_000]
    statuses = [(await world.send("POST", "/v1/chat/completions", body)).status for body in bodies]

    assert [400, 200, 400] == statuses


@pytest.mark.parametrize("depth", [200, 300, 900])
@pytest.mark.parametrize(
    ("route", "body", "name"),
    [
        ("/v1/chat/completions", {"model": "m", "messages": [USER]}, "stop"),
        ("/v1/chat/completions", {"model": "m", "messages": [USER]}, "temperature"),
        ("/v1/chat/completions", {"model": "m"}, "messages"),
        ("/v1/completions", {"model": "m"}, "prompt"),
        ("/v1/messages", {"model": "m", "messages": [USER], "max_tokens": 9}, "system"),
    ],
)
async def test_a_deep_value_in_the_wrong_place_is_refused(
    tmp_path: Path, depth: int, route: str, body: dict[str, Any], name: str
) -> None:
    """A value that is checked, but too deep to be shown in words, is the client's mistake."""
    deep: Any = 1
    for _ in range(depth):
        deep = [deep]
    answer = await World(tmp_path).send("POST", route, {**body, name: deep})

    assert answer.status in {400, 422}
    assert answer.json["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("query", "status"),
    [("a=true&n=1", 200), ("a=false&n=0.5", 200), ("a=yes", 422), ("n=one", 422), ("n=9", 422)],
)
async def test_a_query_is_read_as_its_schema_types_it(
    tmp_path: Path, query: str, status: int
) -> None:
    """A query has texts only; flags and numbers are written in them."""
    properties = "{ a: { type: boolean }, n: { type: number, maximum: 8 } }"
    files = {
        "schemas/openai/look.yaml": (
            f"parameters: {{ query: {{ properties: {properties} }} }}\nresponse: {{}}\n"
        ),
        "templates/openai/look.yaml": "response: { ok: true }\n",
    }
    world = World(tmp_path, "endpoints: { look: { route: GET /look, protocol: openai } }", files)

    assert status == (await world.send("GET", f"/look?{query}")).status
