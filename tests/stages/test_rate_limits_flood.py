"""rate_limits and abuse under a flood: bounded, and fair to who was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.error import ApiError
from fakeai.pipeline.exchange import Exchange
from tests.harness import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fakeai.engine.compile import CompiledEndpoint

CALLERS = 200_000
ACCOUNTS_MAX = 1000
OVERLAY = f"""\
rate_limits: {{default_tier: t, accounts_max: {ACCOUNTS_MAX}, tiers: {{t: {{rpm: 2}}}}}}
abuse: {{subjects_max: {ACCOUNTS_MAX}, strikes: {{invalid: 1}}, bans: [{{at: 2, for: 1h}}]}}
"""


def steps(endpoint: CompiledEndpoint, name: str) -> tuple[Callable[[Exchange], None], ...]:
    """Return the enter and leave of a stage."""
    found = next(p.steps for p in endpoint.stages if p.stage.name == name)
    assert found is not None
    assert found.enter is not None
    assert found.leave is not None
    return found.enter, found.leave


def caller(number: int) -> Exchange:
    """Return an exchange from a key and an address of its own."""

    async def nothing(*_args: object) -> None:
        """Stand in for a connection."""

    exchange = Exchange({"headers": []}, nothing, nothing)
    exchange.credential = b"key-%d" % number
    exchange.client_ip = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return exchange


def test_two_hundred_thousand_keys_take_no_more_room_than_declared(tmp_path: Path) -> None:
    """And who had spent its limit before the flood has not got it back after it."""
    world = World(tmp_path, OVERLAY)
    endpoint = world.engine.endpoints[0]
    enter, leave = steps(endpoint, "rate_limits")
    ban, strike = steps(endpoint, "abuse")
    regular = caller(CALLERS + 1)
    for _ in range(2):
        enter(regular)
        leave(regular)
        regular.error = ApiError("invalid", "bad")
        strike(regular)
    for number in range(CALLERS):
        stranger = caller(number)
        enter(stranger)
        leave(stranger)
        stranger.error = ApiError("invalid", "bad")
        strike(stranger)

    with pytest.raises(ApiError) as limited:
        enter(regular)
    with pytest.raises(ApiError) as banned:
        ban(regular)
    parts = world.engine.shared.parts
    accounts = parts["rate_limits"]["t"].buckets  # type: ignore[index]

    assert ("rate_limited", "banned") == (limited.value.kind, banned.value.kind)
    assert (ACCOUNTS_MAX, ACCOUNTS_MAX) == (len(accounts), len(parts["bans"]))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
async def test_more_than_any_model_writes_is_not_limited_but_wrong(
    tmp_path: Path, path: str
) -> None:
    """A client that is limited would wait and ask again."""
    messages = [{"role": "user", "content": "Hi"}]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 10**30}
    answer = await World(tmp_path).send("POST", path, body)

    assert 400 == answer.status
    assert "invalid_request_error" == answer.json["error"]["type"]
