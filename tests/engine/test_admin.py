"""The admin routes: who may, and what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

OVERLAY = """\
auth: {required: true, keys: {team: {key: sk-team}}}
abuse: {strikes: {unauthenticated: 1}, bans: [{at: 2, for: 1m}]}
"""
ADMIN = "server: {admin: {token: admin-secret}}\n"


async def admin(world: World, method: str, path: str, token: str = "admin-secret") -> Answer:
    """Call an admin route."""
    return await world.send(method, path, headers={"authorization": f"Bearer {token}"})


async def knock(world: World) -> int:
    """Send a wrong key from an address of its own."""
    headers = {"authorization": "Bearer wrong"}
    return (await world.send("GET", "/v1/models", headers=headers, peer="10.0.0.1")).status


async def test_bans_are_listed_and_lifted(tmp_path: Path) -> None:
    """Lifted, an address is answered again; a second time there is nothing to lift."""
    world = World(tmp_path, OVERLAY + ADMIN)
    for _ in range(2):
        await knock(world)
    listed = (await admin(world, "GET", "/_fakeai/bans")).json["bans"]
    lifted = await admin(world, "DELETE", "/_fakeai/bans/ip/10.0.0.1")
    again = await admin(world, "DELETE", "/_fakeai/bans/ip/10.0.0.1")

    assert {"scope": "ip", "name": "10.0.0.1", "score": 2.0, "seconds_left": 60.0} in listed
    assert {"lifted": 1} == lifted.json
    assert (404, "not_found") == (again.status, again.json["error"]["code"])


async def test_a_key_is_shown_by_the_start_of_its_hash(tmp_path: Path) -> None:
    """Enough to lift its ban, too little to know it."""
    world = World(tmp_path, OVERLAY + ADMIN)
    for _ in range(2):
        await knock(world)
    names = [
        ban["name"]
        for ban in (await admin(world, "GET", "/_fakeai/bans")).json["bans"]
        if ban["scope"] == "key"
    ]
    await admin(world, "DELETE", f"/_fakeai/bans/key/{names[0]}")
    await admin(world, "DELETE", "/_fakeai/bans/ip/10.0.0.1")

    assert 1 == len(names)
    assert len("sha256:0123") == len(names[0])
    assert 401 == await knock(world)


async def test_the_token_is_needed(tmp_path: Path) -> None:
    """The refusal is the protocol's, and the bans stand."""
    world = World(tmp_path, OVERLAY + ADMIN)
    wrong = await admin(world, "GET", "/_fakeai/bans", "guess")
    missing = await world.send("GET", "/_fakeai/bans")

    assert (401, 401) == (wrong.status, missing.status)
    assert "invalid_api_key" == wrong.json["error"]["code"]


async def test_wrong_tokens_lead_to_a_ban_here_and_elsewhere(tmp_path: Path) -> None:
    """A guesser is shut out before the right guess; an unbanned address is answered."""
    world = World(tmp_path, OVERLAY + ADMIN)
    guesses = [(await admin(world, "GET", "/_fakeai/bans", f"guess-{n}")).status for n in range(3)]
    right = await admin(world, "GET", "/_fakeai/bans")
    elsewhere = await world.send("GET", "/v1/models", headers={"authorization": "Bearer right"})
    bearer = {"authorization": "Bearer admin-secret"}
    lifted = await world.send(
        "DELETE", "/_fakeai/bans/admin/127.0.0.1", headers=bearer, peer="10.0.0.2"
    )

    assert [401, 401, 403] == guesses
    assert (403, "60", "ip_banned") == (
        right.status,
        right.headers["retry-after"],
        right.json["error"]["code"],
    )
    assert (403, {"lifted": 1}) == (elsewhere.status, lifted.json)
    assert 200 == (await admin(world, "GET", "/_fakeai/bans")).status


async def test_whoever_is_banned_elsewhere_can_lift_the_ban(tmp_path: Path) -> None:
    """Tests run on the machine of the server: their wrong keys do not shut its owner out."""
    world = World(tmp_path, OVERLAY + ADMIN)
    for _ in range(2):
        await world.send("GET", "/v1/models", headers={"authorization": "Bearer wrong"})
    banned = await world.send("GET", "/v1/models")
    lifted = await admin(world, "DELETE", "/_fakeai/bans/ip/127.0.0.1")

    assert (403, {"lifted": 1}) == (banned.status, lifted.json)
    assert 401 == (await world.send("GET", "/v1/models")).status


async def test_the_admin_routes_are_logged(tmp_path: Path) -> None:
    """Who tried to get in, too; no token is written."""
    world = World(tmp_path, OVERLAY + ADMIN)
    await admin(world, "GET", "/_fakeai/bans", "sk-guess")
    fields = world.log.lines[-1][2]

    assert ("admin", 401, "unauthenticated") == (
        fields["endpoint"],
        fields["status"],
        fields["error"],
    )
    assert "sk-guess" not in str(fields)


async def test_the_path_and_a_hashed_token_are_the_specs(tmp_path: Path) -> None:
    """A token may be hashed like any key."""
    digest = "8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918"
    overlay = f'server: {{admin: {{path: /ops, token: "sha256:{digest}"}}}}\n'
    world = World(tmp_path, overlay)

    assert {"bans": []} == (await admin(world, "GET", "/ops/bans", "admin")).json


async def test_without_a_token_there_are_no_admin_routes(tmp_path: Path) -> None:
    """The built-in spec has none."""
    assert 404 == (await admin(World(tmp_path), "GET", "/_fakeai/bans")).status


async def test_without_abuse_there_are_no_bans(tmp_path: Path) -> None:
    """The list is empty and nothing can be lifted."""
    world = World(tmp_path, "abuse: null\n" + ADMIN)

    assert {"bans": []} == (await admin(world, "GET", "/_fakeai/bans")).json
    assert 404 == (await admin(world, "DELETE", "/_fakeai/bans/ip/10.0.0.1")).status


async def test_without_caches_there_are_no_fleets(tmp_path: Path) -> None:
    """Looking for them makes none."""
    world = World(tmp_path, f"kv_cache: null\n{ADMIN}")
    shown = await admin(world, "GET", "/_fakeai/kv-cache")

    assert {"pools": {}} == shown.json
    assert "fleets" not in world.engine.shared.parts
