"""Stored objects: list, show, change, delete, over their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

ROUTE = "/v1/chat/completions"
GONE = ["", "/messages"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a server."""
    return World(tmp_path)


async def store(world: World, content: Any = "Hi", **fields: Any) -> str:
    """Keep a completion and return its id."""
    id_: str = (await world.chat(content, store=True, **fields)).json["id"]
    return id_


async def listing(world: World, query: str = "") -> Any:
    """Return a list."""
    answer = await world.send("GET", f"{ROUTE}?{query}")
    assert 200 == answer.status
    return answer.json


def ids(shown: Any) -> list[str]:
    """Return the ids of a list."""
    return [entry["id"] for entry in shown["data"]]


async def test_the_list_has_the_newest_first(world: World) -> None:
    """`order=asc` turns it round; the ends of the page are told."""
    stored = [await store(world) for _ in range(3)]
    newest, oldest = await listing(world), await listing(world, "order=asc")

    assert (stored[::-1], stored) == (ids(newest), ids(oldest))
    assert {"object": "list", "first_id": stored[2], "last_id": stored[0], "has_more": False} == {
        key: value for key, value in newest.items() if key != "data"
    }


async def test_an_empty_list_has_no_ids(world: World) -> None:
    """They are texts all the same."""
    empty = {"object": "list", "data": [], "first_id": "", "last_id": "", "has_more": False}

    assert empty == await listing(world)


async def test_pages_follow_each_other(world: World) -> None:
    """`limit` and `after`: no object twice, none lost."""
    stored = [await store(world) for _ in range(5)]
    seen: list[str] = []
    page = await listing(world, "limit=2")
    seen += ids(page)
    while page["has_more"]:
        page = await listing(world, f"limit=2&after={page['last_id']}")
        seen += ids(page)

    assert stored[::-1] == seen


async def test_who_deletes_while_paging_loses_nothing(world: World) -> None:
    """A page begins behind the last id also when that one is gone."""
    stored = [await store(world) for _ in range(4)]
    first = ids(await listing(world, "limit=2"))
    for id_ in first:
        await world.send("DELETE", f"{ROUTE}/{id_}")

    assert stored[1::-1] == ids(await listing(world, f"limit=2&after={first[-1]}"))


async def test_a_list_shows_what_fits(world: World) -> None:
    """`metadata[key]=value`, several of them, and `model`."""
    one = await store(world, metadata={"topic": "a", "kind": "x"})
    two = await store(world, metadata={"topic": "a"}, model="gpt-4o-mini")
    await store(world)

    assert [two, one] == ids(await listing(world, "metadata[topic]=a"))
    assert [one] == ids(await listing(world, "metadata[topic]=a&metadata[kind]=x"))
    assert [one] == ids(await listing(world, "metadata%5Btopic%5D=a&model=gpt-4o"))
    assert [two] == ids(await listing(world, "model=gpt-4o-mini"))
    assert [] == ids(await listing(world, "metadata[topic]=b"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 200),
        ("limit=999999999999", 200),
        ("limit=99999999999999999999999", 422),
        ("limit=-1", 422),
        ("limit=two", 422),
        ("limit=1&limit=2", 422),
        ("after=nothing", 200),
        ("after=%00%ff", 200),
        ("after=", 200),
        ("order=up", 422),
        ("metadata=text", 422),
        ("metadata[a]=1&metadata=text", 422),
        ("metadata[a][b]=1", 200),
        ("metadata[]=1", 422),
    ],
)
async def test_no_query_breaks_the_list(world: World, query: str, status: int) -> None:
    """What means nothing is refused or ignored."""
    await store(world)

    assert status == (await world.send("GET", f"{ROUTE}?{query}")).status


async def test_an_update_replaces_the_metadata(world: World) -> None:
    """The rest stays, its place in the list too; null empties it."""
    stored = [await store(world, metadata={"a": "1"}), await store(world)]
    before = (await world.send("GET", f"{ROUTE}/{stored[0]}")).json
    changed = await world.send("POST", f"{ROUTE}/{stored[0]}", {"metadata": {"b": "2"}})
    after = (await world.send("GET", f"{ROUTE}/{stored[0]}")).json

    assert {**before, "metadata": {"b": "2"}} == changed.json == after
    assert stored[::-1] == ids(await listing(world))
    emptied = await world.send("POST", f"{ROUTE}/{stored[0]}", {"metadata": None})
    assert {} == emptied.json["metadata"]


@pytest.mark.parametrize("body", [{}, {"metadata": "x"}, {"metadata": {"a": 1}}, [], None])
async def test_a_wrong_update_is_refused(world: World, body: Any) -> None:
    """And changes nothing."""
    id_ = await store(world, metadata={"a": "1"})
    answer = await world.send("POST", f"{ROUTE}/{id_}", body)

    assert answer.status in {400, 422}
    assert {"a": "1"} == (await world.send("GET", f"{ROUTE}/{id_}")).json["metadata"]


async def test_messages_are_those_of_the_request(world: World) -> None:
    """In the order of the conversation, each with an id; parts stay parts."""
    parts = [{"type": "text", "text": "Hi"}, {"type": "file", "file": {"file_id": "x"}}]
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": parts}]
    body = {"model": "gpt-4o", "messages": messages, "store": True}
    id_ = (await world.send("POST", ROUTE, body)).json["id"]
    shown = (await world.send("GET", f"{ROUTE}/{id_}/messages")).json
    page = (await world.send("GET", f"{ROUTE}/{id_}/messages?limit=1&after={id_}-0")).json
    turned = (await world.send("GET", f"{ROUTE}/{id_}/messages?limit=1&order=desc")).json

    assert [
        (f"{id_}-0", "system", "Be kind.", None),
        (f"{id_}-1", "user", None, parts[:1]),
    ] == [(m["id"], m["role"], m["content"], m["content_parts"]) for m in shown["data"]]
    assert (f"{id_}-0", f"{id_}-1", False) == (
        *(shown["first_id"], shown["last_id"], shown["has_more"]),
    )
    assert ([f"{id_}-1"], False) == (ids(page), page["has_more"])
    assert ([f"{id_}-1"], True) == (ids(turned), turned["has_more"])


def check_unknown(answer: Answer) -> None:
    """The refusal is in the protocol's envelope."""
    error = answer.json["error"]
    assert (404, "invalid_request_error", "not_found") == (
        *(answer.status, error["type"], error["code"]),
    )
    assert error.keys() == {"message", "type", "param", "code"}


@pytest.mark.parametrize("rest", GONE)
@pytest.mark.parametrize("id_", ["chatcmpl-nothing", "%00", "a%20b", "x" * 3000])
async def test_an_unknown_id_is_not_found(world: World, id_: str, rest: str) -> None:
    """Whatever it is made of."""
    check_unknown(await world.send("GET", f"{ROUTE}/{id_}{rest}"))


async def test_what_was_deleted_is_gone(world: World) -> None:
    """From every route, and deleting again too."""
    id_, other = await store(world), await store(world)
    deleted = await world.send("DELETE", f"{ROUTE}/{id_}")
    path = f"{ROUTE}/{id_}"

    assert {"id": id_, "object": "chat.completion.deleted", "deleted": True} == deleted.json
    assert [other] == ids(await listing(world))
    for rest in GONE:
        check_unknown(await world.send("GET", f"{path}{rest}"))
    check_unknown(await world.send("POST", path, {"metadata": {}}))
    check_unknown(await world.send("DELETE", path))
