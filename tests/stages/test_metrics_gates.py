"""metrics: what the gates count, and the errors that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakeai.stages import rate_limits
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ADMIN = "server: { admin: { token: adm } }\n"
BEARER = {"authorization": "Bearer adm"}


async def scrape(world: World) -> dict[tuple[str, ...], float]:
    """Return every sample by its name and its label values."""
    answer = await world.send("GET", "/metrics")
    return {
        (sample.name.removeprefix("fakeai_"), *(v for _, v in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_auth_counts_failures_and_the_time_it_took(tmp_path: Path, *, stream: bool) -> None:
    """Every request is verified; one fails."""
    keys = "auth: { required: true, keys: { team: { key: sk-team } } }\n"
    world = World(tmp_path, keys)
    await world.chat("Hi", stream=stream)
    await world.send("GET", "/v1/models", headers={"authorization": "Bearer sk-team"})
    found = await scrape(world)

    assert 1 == found["auth_failures_total", "chat_completions", "unauthenticated"]
    assert 1 == found["errors_total", "chat_completions", "unauthenticated"]
    assert 1 == found["key_verification_seconds_count", "chat_completions"]
    assert 1 == found["key_verification_seconds_count", "models"]
    assert 1 == found["key_requests_total", "team"]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_abuse_counts_checks_strikes_and_bans(tmp_path: Path, *, stream: bool) -> None:
    """Two bad requests lead to a ban, which refuses the third."""
    ladder = "abuse: { scope: [ip], strikes: { invalid: 2 }, bans: [{ at: 3, for: 1m }] }\n"
    world = World(tmp_path, ladder)
    for _ in range(3):
        await world.chat("Hi", n=0, stream=stream)
    found = await scrape(world)

    assert 3 == found["ban_checks_total", "ip"]
    assert 4 == found["strikes_total", "invalid", "ip"]
    assert 1 == found["bans_total", "ip"]
    assert 1 == found["errors_total", "chat_completions", "banned"]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_rate_limits_count_refusals_and_what_is_left(tmp_path: Path, *, stream: bool) -> None:
    """The third request of a minute is one too many."""
    tiers = "rate_limits: { default_tier: tiny, tiers: { tiny: { rpm: 2, tpm: 10k } } }\n"
    world = World(tmp_path, tiers)
    answers = [await world.chat("Hi", max_tokens=5, stream=stream) for _ in range(3)]
    found = await scrape(world)

    assert [200, 200, 429] == [answer.status for answer in answers]
    assert 1 == found["rate_limit_refusals_total", "anonymous", "rpm"]
    assert 0 == found["rate_limit_remaining", "anonymous", "rpm"]
    assert 2 == found["rate_limit_consumed_total", "anonymous", "requests"]
    assert 12 == found["rate_limit_consumed_total", "anonymous", "tokens"]


async def test_what_is_left_is_shown_of_every_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those whose gauges wait to be read, and of those who had to make room; the last counts."""
    monkeypatch.setattr(rate_limits, "CALLERS_MAX", 2)
    tiers = "rate_limits: { default_tier: tiny, tiers: { tiny: { rpm: 9, tpm: 10k } } }\n"
    keys = ", ".join(f"{name}: {{ key: sk-{name} }}" for name in ("ann", "bob", "eve"))
    world = World(tmp_path, f"{tiers}auth: {{ keys: {{ {keys} }} }}\n")
    for name in ("ann", "bob", "ann", "eve", "eve", "eve"):
        headers = {"authorization": f"Bearer sk-{name}"}
        await world.send("GET", "/v1/models", headers=headers)
    found = await scrape(world)

    assert [7, 8, 6] == [found["rate_limit_remaining", n, "rpm"] for n in ("ann", "bob", "eve")]
    assert 10_000 == found["rate_limit_remaining", "bob", "tpm"]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("action", ["reject", "log", "sanitize"])
async def test_injection_counts_what_it_found(tmp_path: Path, action: str, *, stream: bool) -> None:
    """By detector and by what was done."""
    section = f"detectors: {{ sql: {{ action: {action} }} }}"
    world = World(tmp_path, f"injection: {{ fields: [messages.*.content], {section} }}\n")
    await world.chat("x' UNION SELECT password FROM users --", stream=stream)
    found = await scrape(world)

    assert 1 == found["injections_total", action, "sql"]


async def test_the_last_errors_are_kept(tmp_path: Path) -> None:
    """The newest first; `recent_errors` says how many."""
    world = World(tmp_path, f"{ADMIN}metrics: {{ recent_errors: 2 }}\n")
    for path in ("/one", "/two"):
        await world.send("GET", path)
    await world.send("GET", "/three", headers={"x-request-id": "mine"})
    errors = (await world.send("GET", "/_fakeai/errors", headers=BEARER)).json["errors"]

    assert {
        "time": world.clock.wall(),
        "kind": "unknown_route",
        "status": 404,
        "endpoint": "unrouted",
        "request_id": "mine",
        "message": "Unknown URL: GET /three",
    } == errors[0]
    assert ["Unknown URL: GET /three", "Unknown URL: GET /two"] == [e["message"] for e in errors]


async def test_the_last_errors_keep_the_beginning_of_their_messages(tmp_path: Path) -> None:
    """A message may repeat what was sent, which may be long."""
    world = World(tmp_path, ADMIN)
    await world.send("GET", "/" + "x" * 5000)
    [error] = (await world.send("GET", "/_fakeai/errors", headers=BEARER)).json["errors"]

    assert 1000 == len(error["message"])


async def test_without_metrics_no_errors_are_kept(tmp_path: Path) -> None:
    """The admin route is there, and empty."""
    world = World(tmp_path, f"{ADMIN}metrics: null\n")
    await world.send("GET", "/one")

    answer = await world.send("GET", "/_fakeai/errors", headers=BEARER)
    assert {"errors": []} == answer.json
