"""Usage and costs, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

USAGE = "/v1/organization/usage/completions"
COSTS = "/v1/organization/costs"
PRICED = """
models: { cheap: { pricing: cheap }, dear: { pricing: dear } }
pricing: { cheap: { input: 0.1, output: 0 }, dear: { input: 3, output: 0 } }
"""
#: Midnight of the day that the virtual clock begins on.
DAY_S = 86_400
TODAY_S = 1_767_225_600


@pytest.fixture
async def world(tmp_path: Path) -> World:
    """Return a server on which two models have been used, one of them twice."""
    made = World(tmp_path, PRICED)
    for model in ("cheap", "dear", "dear"):
        await made.chat("one two three", model=model)
    return made


async def results(world: World, path: str, query: str = "") -> list[Any]:
    """Return the results of today's bucket."""
    answer = await world.send("GET", f"{path}?start_time={TODAY_S}&{query}")
    assert 200 == answer.status, answer.json
    bucket = answer.json["data"][0]
    assert (TODAY_S, TODAY_S + DAY_S) == (bucket["start_time"], bucket["end_time"])
    found: list[Any] = bucket["results"]
    return found


async def test_usage_adds_up(world: World) -> None:
    """All requests in one line, with nothing to tell them apart."""
    (line,) = await results(world, USAGE)

    assert (3, 9) == (line["num_model_requests"], line["input_tokens"])
    assert line["output_tokens"] > 0
    assert (None, None) == (line["model"], line["api_key_id"])


@pytest.mark.parametrize(
    ("query", "requests"),
    [
        ("user_ids=user-1", []),
        ("user_ids[]=user-1&user_ids[]=user-2&models=dear", []),
        ("batch=true", []),
        ("batch=false", [3]),
        ("batch=false&models=dear", [2]),
    ],
)
async def test_users_and_batches_have_used_nothing(
    world: World, query: str, requests: list[int]
) -> None:
    """No key is of a user, and nothing is done in batches; the buckets are there."""
    lines = await results(world, USAGE, query)

    assert requests == [line["num_model_requests"] for line in lines]


@pytest.mark.parametrize(
    "query", ["group_by=model", "group_by[]=model", "group_by[]=model&limit=2"]
)
async def test_usage_by_model(world: World, query: str) -> None:
    """A line for each model, whichever way the list is written."""
    lines = await results(world, USAGE, query)

    assert [("cheap", 1), ("dear", 2)] == [(r["model"], r["num_model_requests"]) for r in lines]


async def test_usage_of_one_model(world: World) -> None:
    """What is not asked for does not count."""
    (line,) = await results(world, USAGE, "models=dear")

    assert 2 == line["num_model_requests"]


async def test_usage_by_key(tmp_path: Path) -> None:
    """A key is told by its name, and a project by that of its key."""
    keys = 'auth: { keys: { ann: { key: "k-ann", project: green }, bob: { key: "k-bob" } } }'
    world = World(tmp_path, keys)
    for key in ("k-ann", "k-bob", "k-ann"):
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
        bearer = {"authorization": f"Bearer {key}"}
        await world.send("POST", "/v1/chat/completions", body, headers=bearer)
    path = f"{USAGE}?start_time={TODAY_S}&group_by[]=api_key_id&group_by[]=project_id"
    answer = await world.send("GET", path, headers={"authorization": "Bearer k-ann"})

    assert [("ann", "green", 2), ("bob", None, 1)] == [
        (r["api_key_id"], r["project_id"], r["num_model_requests"])
        for r in answer.json["data"][0]["results"]
    ]


async def test_costs_are_exact(world: World) -> None:
    """Three tokens at 0.1 and six at 3 a million."""
    (line,) = await results(world, COSTS)

    assert {"value": 0.0000183, "currency": "usd"} == line["amount"]


async def test_costs_by_line_item(world: World) -> None:
    """A line item is a model."""
    lines = await results(world, COSTS, "group_by=line_item")

    assert [("cheap", 0.0000003), ("dear", 0.000018)] == [
        (r["line_item"], r["amount"]["value"]) for r in lines
    ]


async def test_pages_follow_each_other(world: World) -> None:
    """Each begins where the last one ended, until the end of the report."""
    path = f"{USAGE}?start_time={TODAY_S - 2 * DAY_S}&end_time={TODAY_S + DAY_S}&limit=2"
    first = (await world.send("GET", path)).json
    second = (await world.send("GET", f"{path}&page={first['next_page']}")).json

    starts = [bucket["start_time"] for page in (first, second) for bucket in page["data"]]
    assert [TODAY_S - 2 * DAY_S, TODAY_S - DAY_S, TODAY_S] == starts
    assert (True, False, None) == (first["has_more"], second["has_more"], second["next_page"])


@pytest.mark.parametrize(("width", "seconds", "count"), [("1m", 60, 60), ("1h", 3600, 24)])
async def test_buckets_have_the_width_that_is_asked(
    world: World, width: str, seconds: int, count: int
) -> None:
    """As many as the API sends unless it is told."""
    path = f"{USAGE}?start_time={TODAY_S}&end_time={TODAY_S + 7 * DAY_S}&bucket_width={width}"
    buckets = (await world.send("GET", path)).json["data"]

    assert count == len(buckets)
    assert {seconds} == {bucket["end_time"] - bucket["start_time"] for bucket in buckets}
    assert 3 == buckets[0]["results"][0]["num_model_requests"]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("", "start_time"),
        ("start_time=soon", "start_time"),
        ("start_time=-1", "start_time"),
        ("start_time=0&limit=0", "limit"),
        ("start_time=0&limit=9999999999999999999999", "limit"),
        ("start_time=9&end_time=8", "end_time"),
        ("start_time=0&page=next", "page"),
        ("start_time=0&bucket_width=2d", "bucket_width"),
        ("start_time=0&group_by=colour", "group_by.0"),
    ],
)
async def test_a_bad_query_is_refused(world: World, query: str, param: str) -> None:
    """With the name of the field that is wrong."""
    answer = await world.send("GET", f"{USAGE}?{query}")

    assert (422, param) == (answer.status, answer.json["error"]["param"])


async def test_a_query_has_a_bounded_number_of_fields(world: World) -> None:
    """More than a hundred are refused."""
    answer = await world.send("GET", f"{USAGE}?start_time=0" + "&models=x" * 200)

    assert 422 == answer.status
