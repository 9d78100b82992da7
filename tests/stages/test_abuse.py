"""abuse: strikes, bans, and how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.stages.abuse import CHECKS
from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

AUTH = "auth: {required: true, keys: {team: {key: sk-team}}}\n"


def abuse(**changed: str) -> str:
    """Return an overlay in which two wrong keys earn a ban of a minute."""
    section = {
        "scope": "[ip]",
        "strikes": "{unauthenticated: 1}",
        "decay": "10m",
        "bans": "[{at: 2, for: 1m}, {at: 4, for: 1h}]",
        **changed,
    }
    return AUTH + "abuse: {" + ", ".join(f"{k}: {v}" for k, v in section.items()) + "}\n"


async def knock(world: World, key: str = "wrong", peer: str = "10.0.0.1") -> Answer:
    """List the models with a key."""
    headers = {"authorization": f"Bearer {key}"}
    return await world.send("GET", "/v1/models", headers=headers, peer=peer)


async def test_strikes_lead_to_a_ban_with_the_time_left(tmp_path: Path) -> None:
    """The ban shuts out right keys as well, until it is over."""
    world = World(tmp_path, abuse(decay="1s"))
    struck = [(await knock(world)).status for _ in range(2)]
    banned = await knock(world, "sk-team")
    await world.clock.advance(59)
    late = await knock(world, "sk-team")
    await world.clock.advance(1)
    after = await knock(world, "sk-team")

    assert [401, 401] == struck
    assert (403, "ip_banned") == (banned.status, banned.json["error"]["code"])
    assert ("60", "1") == (banned.headers["retry-after"], late.headers["retry-after"])
    assert 200 == after.status


async def test_the_time_left_is_told_in_real_seconds(tmp_path: Path) -> None:
    """A simulated minute is over in six seconds."""
    world = World(tmp_path, "clock: { speed: 10 }\n" + abuse(decay="1s"))
    for _ in range(2):
        await knock(world)
    banned = await knock(world, "sk-team")

    assert "6" == banned.headers["retry-after"]
    assert "for 6 more seconds" in banned.json["error"]["message"]


async def test_those_who_go_on_climb_the_ladder(tmp_path: Path) -> None:
    """Strikes that have not faded lead to a longer ban."""
    world = World(tmp_path, abuse(decay="24h"))
    for _ in range(2):
        await knock(world)
    await world.clock.advance(60)
    await knock(world)
    await world.clock.advance(60)
    await knock(world)

    assert "3600" == (await knock(world)).headers["retry-after"]


async def test_strikes_fade(tmp_path: Path) -> None:
    """After the half-life, one strike and a half do not ban."""
    world = World(tmp_path, abuse(decay="10s"))
    await knock(world)
    await world.clock.advance(10)
    await knock(world)

    assert 200 == (await knock(world, "sk-team")).status


async def test_only_the_declared_kinds_are_struck(tmp_path: Path) -> None:
    """What earns no strikes earns no ban."""
    world = World(tmp_path, abuse(strikes="{unauthenticated: null, unknown_route: 2}"))
    wrong = [(await knock(world)).status for _ in range(5)]
    await world.send("GET", "/v1/nope", peer="10.0.0.1")

    assert [401] * 5 == wrong
    assert 403 == (await knock(world)).status


@pytest.mark.parametrize(
    ("scope", "same_key", "same_address"), [("[ip]", 401, 403), ("[key]", 403, 401)]
)
async def test_the_scope_says_who_is_banned(
    tmp_path: Path, scope: str, same_key: int, same_address: int
) -> None:
    """An address, or a key wherever it comes from."""
    world = World(tmp_path, abuse(scope=scope))
    for _ in range(2):
        await knock(world)

    assert same_key == (await knock(world, peer="10.0.0.2")).status
    assert same_address == (await knock(world, "other")).status


async def test_a_banned_key_is_told_so(tmp_path: Path) -> None:
    """The code says what is banned."""
    world = World(tmp_path, abuse(scope="[key]"))
    for _ in range(2):
        await knock(world)

    assert "key_banned" == (await knock(world)).json["error"]["code"]


async def test_a_ban_covers_unknown_paths_but_not_the_health(tmp_path: Path) -> None:
    """A row may skip the stage; what no row takes cannot."""
    world = World(tmp_path, abuse())
    for _ in range(2):
        await knock(world)

    assert 403 == (await world.send("GET", "/nope", peer="10.0.0.1")).status
    assert 200 == (await world.send("GET", "/health", peer="10.0.0.1")).status


async def test_behind_a_trusted_proxy_the_client_is_banned(tmp_path: Path) -> None:
    """Not the proxy, and not whoever the client pretends to be."""
    world = World(tmp_path, abuse() + 'server: {trusted_proxies: ["10.9.0.0/16"]}\n')

    async def through_proxy(forwarded: str) -> int:
        headers = {"authorization": "Bearer wrong", "x-forwarded-for": forwarded}
        answer = await world.send("GET", "/v1/models", headers=headers, peer="10.9.0.1")
        return answer.status

    got = [await through_proxy("1.1.1.1, 203.0.113.5"), await through_proxy("203.0.113.5")]

    assert [401, 401] == got
    assert 403 == await through_proxy("8.8.8.8, 203.0.113.5")
    assert 401 == await through_proxy("203.0.113.6")


async def test_without_trusted_proxies_the_header_is_a_lie(tmp_path: Path) -> None:
    """The peer's address counts."""
    world = World(tmp_path, abuse())
    for last in range(2):
        headers = {"authorization": "Bearer wrong", "x-forwarded-for": f"203.0.113.{last}"}
        await world.send("GET", "/v1/models", headers=headers, peer="10.0.0.1")

    assert 403 == (await knock(world)).status


async def test_the_table_is_bounded(tmp_path: Path) -> None:
    """With room for one, the one who did less is forgotten."""
    world = World(tmp_path, abuse(subjects_max="1"))
    await knock(world, peer="10.0.0.1")
    await knock(world, peer="10.0.0.2")
    await knock(world, peer="10.0.0.1")

    assert 401 == (await knock(world, peer="10.0.0.1")).status


async def test_the_built_in_spec_bans_for_five_minutes(tmp_path: Path) -> None:
    """Five wrong keys in a row, and the door is shut."""
    world = World(tmp_path, AUTH)
    for _ in range(5):
        await knock(world)

    assert "300" == (await knock(world)).headers["retry-after"]


async def test_a_flood_of_addresses_does_not_free_the_banned(tmp_path: Path) -> None:
    """Twice the table's size in newcomers leaves the ban standing."""
    world = World(tmp_path, abuse(subjects_max="50"))
    for _ in range(2):
        await knock(world, peer="10.0.0.1")
    for last in range(100):
        await knock(world, peer=f"10.1.0.{last}")

    assert 403 == (await knock(world, peer="10.0.0.1")).status
    assert 50 == len(world.engine.shared.parts["bans"])  # type: ignore[arg-type]


async def test_without_its_section_it_is_compiled_away(tmp_path: Path) -> None:
    """No section, no stage."""
    stages = World(tmp_path, "abuse: null\n").engine.endpoints[0].stages

    assert [None] == [planned.steps for planned in stages if planned.stage.name == "abuse"]


def test_an_unknown_kind_of_refusal_is_told_where_it_stands(tmp_path: Path) -> None:
    """With the kind that was probably meant, or with all there are."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "abuse: { strikes: { unauthentcated: 1, missing_key: 2, invalid: 1 } }\n")

    near, far = caught.value.problems
    assert ("FA010", "abuse.strikes.unauthentcated") == (near.code, near.path)
    assert ("did you mean `unauthenticated`?", 21) == (near.hint, near.place.column)
    assert "abuse.strikes.missing_key" == far.path
    assert str(far.hint).startswith("known keys: `malformed`")


async def test_every_address_and_key_looked_up_is_counted(tmp_path: Path) -> None:
    """Whether anybody is banned or not; who sends no key is looked up as an address alone."""
    world = World(tmp_path, abuse(scope="[ip, key]"))
    checks = world.engine.meter.tallies(CHECKS)

    def counted() -> dict[str, float]:
        return {labels[0]: tally.value for labels, tally in checks.children.items()}

    before = counted()
    await world.send("GET", "/v1/models", peer="10.0.0.1")
    one = counted()
    await knock(world, peer="10.0.0.2")
    await knock(world, peer="10.0.0.2")
    quiet = counted()
    await knock(world, "sk-team", peer="10.0.0.3")
    await knock(world, "sk-team", peer="10.0.0.2")

    assert ({}, {"ip": 1}, {"ip": 3, "key": 2}) == (before, one, quiet)
    assert {"ip": 5, "key": 3} == counted()
