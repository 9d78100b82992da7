"""auth: whose key it is, and when it does not open the door."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "sk-team"
HASH = hashlib.sha256(SECRET.encode()).hexdigest()


def auth(required: str = "true", **fields: object) -> str:
    """Return an overlay with one hashed key that has these fields."""
    more = "".join(f", {name}: {value}" for name, value in fields.items())
    return f'auth: {{required: {required}, keys: {{team: {{key: "sha256:{HASH}"{more}}}}}}}\n'


async def models(world: World, **headers: str) -> Answer:
    """List the models with these headers."""
    return await world.send("GET", "/v1/models", headers=headers)


async def said(world: World, **headers: str) -> str:
    """Chat with these headers and return what was answered."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    answer = await world.send("POST", "/v1/chat/completions", body, headers=headers)
    return str(answer.json["choices"][0]["message"]["content"])


def folder(parent: Path, name: str) -> Path:
    """Return a new folder."""
    made = parent / name
    made.mkdir()
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", f"Bearer {SECRET}"),
        ("authorization", f"bearer {SECRET}"),
        ("x-api-key", SECRET),
        ("api-key", SECRET),
    ],
)
async def test_a_key_is_found_where_clients_send_it(tmp_path: Path, name: str, value: str) -> None:
    """The protocol says in which headers a key may stand."""
    answer = await models(World(tmp_path, auth()), **{name: value})

    assert 200 == answer.status


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "didn't provide an API key"),
        ({"authorization": "Bearer sk-wrong"}, "Incorrect API key provided"),
        ({"authorization": f"Basic {SECRET}"}, "didn't provide an API key"),
        ({"authorization": "Bearer "}, "didn't provide an API key"),
        ({"authorization": f"Bearer {HASH}"}, "Incorrect API key provided"),
        ({"authorization": f"Bearer sha256:{HASH}"}, "Incorrect API key provided"),
        ({"authorization": "Bearer \x00\xff"}, "Incorrect API key provided"),
        ({"authorization": f"Bearer {'k' * 1_000_000}"}, "Incorrect API key provided"),
    ],
)
async def test_any_other_key_gets_401(tmp_path: Path, headers: dict[str, str], said: str) -> None:
    """Missing, wrong, monstrous, or the hash itself: the same kind of refusal."""
    answer = await models(World(tmp_path, auth()), **headers)

    assert (401, "invalid_api_key") == (answer.status, answer.json["error"]["code"])
    assert said in answer.json["error"]["message"]


async def test_a_refusal_does_not_repeat_the_key(tmp_path: Path) -> None:
    """Only the start of its hash is shown."""
    answer = await models(World(tmp_path, auth()), authorization="Bearer sk-very-secret")

    assert b"sk-very-secret" not in answer.body
    assert hashlib.sha256(b"sk-very-secret").hexdigest()[:4] in answer.json["error"]["message"]


async def test_required_without_keys_takes_any_key(tmp_path: Path) -> None:
    """Some key must be sent, whichever."""
    world = World(tmp_path, "auth: {required: true}\n")

    assert 401 == (await models(world)).status
    assert 200 == (await models(world, authorization="Bearer what ever")).status


async def test_optional_lets_strangers_in(tmp_path: Path) -> None:
    """Known keys are recognized all the same."""
    world = World(tmp_path, auth("false", organization="acme"))
    stranger = await models(world, authorization="Bearer sk-wrong")
    known = await models(world, authorization=f"Bearer {SECRET}")

    assert (200, 200) == (stranger.status, known.status)
    assert "openai-organization" not in stranger.headers
    assert "acme" == known.headers["openai-organization"]


async def test_the_project_is_told(tmp_path: Path) -> None:
    """The key's project stands in a header."""
    world = World(tmp_path, auth(project="proj_search"))
    answer = await models(world, authorization=f"Bearer {SECRET}")

    assert "proj_search" == answer.headers["openai-project"]


async def test_a_persona_reads_the_scenario(tmp_path: Path) -> None:
    """Another scenario in the spec is another answer; a stranger plays none."""
    template = {"templates/text/mood.j2": "{{ principal.scenario or 'no scenario' }}\n"}
    templates = "templates: {persona: mood, personas: {mood: mood.j2}}\n"
    answers = []
    for scenario in ("angry-customer", "checkout"):
        world = World(folder(tmp_path, scenario), auth(scenario=scenario) + templates, template)
        answers.append(await said(world, authorization=f"Bearer {SECRET}"))
    stranger = World(folder(tmp_path, "none"), auth("false") + templates, template)

    assert ["angry-customer", "checkout"] == answers
    assert "no scenario" == await said(stranger)


async def test_trees_and_the_log_read_the_scenario(tmp_path: Path) -> None:
    """Inputs, answers and the line of the exchange all know it."""
    files = {
        "schemas/openai/who.yaml": "response: {}\n",
        "templates/openai/who.yaml": "inputs: {model: '{{ principal.scenario }}'}\n"
        "response: {asked: '{{ model.id }}', plays: '{{ principal.scenario }}'}\n",
    }
    row = "endpoints: {who: {route: GET /who, protocol: openai}}\nmodels: {checkout: {}}\n"
    world = World(tmp_path, auth(scenario="checkout") + row, files)
    answer = await world.send("GET", "/who", headers={"x-api-key": SECRET})

    assert {"asked": "checkout", "plays": "checkout"} == answer.json
    assert "checkout" == world.log.lines[-1][2]["scenario"]


async def test_a_plain_key_works_like_a_hashed_one(tmp_path: Path) -> None:
    """Both forms name the same secret."""
    world = World(tmp_path, "auth: {required: true, keys: {team: {key: sk-plain}}}\n")

    assert 200 == (await models(world, authorization="Bearer sk-plain")).status


async def test_a_key_expires(tmp_path: Path) -> None:
    """One second before it works, from then on it does not."""
    world = World(tmp_path, auth(expires='"2026-01-01T00:01:00Z"'))
    await world.clock.advance(59)
    before = await models(world, authorization=f"Bearer {SECRET}")
    await world.clock.advance(1)
    after = await models(world, authorization=f"Bearer {SECRET}")

    assert (200, 401) == (before.status, after.status)
    assert "has expired" in after.json["error"]["message"]


async def test_a_spent_budget_is_insufficient_quota(tmp_path: Path) -> None:
    """The request that spends it is answered; the next one is not, but free routes are."""
    world = World(tmp_path, auth(budget=0.000001))
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    key = {"authorization": f"Bearer {SECRET}"}
    first = await world.send("POST", "/v1/chat/completions", body, headers=key)
    second = await world.send("POST", "/v1/chat/completions", body, headers=key)

    assert (200, 429) == (first.status, second.status)
    assert "insufficient_quota" == second.json["error"]["code"]
    assert 200 == (await models(world, **key)).status


async def test_a_key_file_adds_keys(tmp_path: Path) -> None:
    """Its lines are keys with names and tiers; it stands beside the spec."""
    overlay = "auth: {required: true, key_file: keys.txt}\n"
    files = {"keys.txt": f"# ours\nsk-a team-a free\nsha256:{HASH}  # hashed\n"}
    world = World(tmp_path, overlay, files)
    tier_free = await models(world, authorization="Bearer sk-a")

    assert "3" == tier_free.headers["x-ratelimit-limit-requests"]
    assert 200 == (await models(world, authorization=f"Bearer {SECRET}")).status
    assert 401 == (await models(world, authorization="Bearer sk-b")).status


async def test_a_row_may_skip_it(tmp_path: Path) -> None:
    """The health of the server is everybody's to see."""
    assert 200 == (await World(tmp_path, auth()).send("GET", "/health")).status


async def test_the_order_decides_what_a_bad_key_is_told(tmp_path: Path) -> None:
    """Limits first: 429 once they are spent. Keys first: 401 every time."""
    limits = "rate_limits: {default_tier: free, tiers: {free: {rpm: 1}}}\n"
    head, rest = (
        "[request_log, body, ",
        ", schema, inputs, model, context, tokens, generate, respond]",
    )
    answers = []
    for number, order in enumerate(("rate_limits, auth", "auth, rate_limits")):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(folder, f"{auth()}{limits}pipeline: {head}{order}{rest}\n")
        got = [await models(world, authorization="Bearer sk-wrong") for _ in range(2)]
        answers.append([answer.status for answer in got])

    assert [[401, 429], [401, 401]] == answers


async def test_without_its_section_it_is_compiled_away(tmp_path: Path) -> None:
    """No section, no stage."""
    stages = World(tmp_path, "auth: null\n").engine.endpoints[0].stages

    assert [None] == [planned.steps for planned in stages if planned.stage.name == "auth"]
