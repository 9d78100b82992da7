"""The Litestar application: routing, 404, 405, HEAD, the API description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_unknown_path_gets_the_protocols_404(tmp_path: Path) -> None:
    """The body is an error envelope with all four keys."""
    answer = await World(tmp_path).send("GET", "/v1/nope")

    assert 404 == answer.status
    assert {
        "message": "Invalid URL (GET /v1/nope)",
        "type": "invalid_request_error",
        "param": None,
        "code": "unknown_url",
    } == answer.json["error"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/openapi.json", "GET, HEAD"),
        ("DELETE", "/docs/", "GET, HEAD"),
        ("POST", "/_fakeai/bans", "GET, HEAD"),
        ("GET", "/_fakeai/bans/ip/127.0.0.1", "DELETE"),
    ],
)
async def test_pages_of_the_servers_own_have_methods_too(
    tmp_path: Path, method: str, path: str, allow: str
) -> None:
    """Another one is refused as on the route of an endpoint."""
    answer = await World(tmp_path, "server: { admin: { token: t } }").send(method, path)

    assert (405, allow) == (answer.status, answer.headers["allow"])


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_pages_of_the_servers_own_have_a_head(tmp_path: Path, path: str) -> None:
    """HEAD works wherever GET does."""
    assert 200 == (await World(tmp_path).send("HEAD", path)).status


async def test_admin_routes_that_are_not_there_are_unknown(tmp_path: Path) -> None:
    """Without a token there are none."""
    assert 404 == (await World(tmp_path).send("POST", "/_fakeai/bans")).status


async def test_a_wrong_method_gets_405_with_allow(tmp_path: Path) -> None:
    """Allow names every method of the path, HEAD included."""
    answer = await World(tmp_path).send("DELETE", "/v1/models")

    assert (405, "GET, HEAD") == (answer.status, answer.headers["allow"])
    assert "method_not_allowed" == answer.json["error"]["code"]


async def test_a_refused_path_has_the_protocols_headers(tmp_path: Path) -> None:
    """Refusals outside every endpoint bear a request id too."""
    answer = await World(tmp_path).send("GET", "/nope", headers={"x-request-id": "mine-1"})

    assert "mine-1" == answer.headers["x-request-id"]
    assert "2020-10-01" == answer.headers["openai-version"]


@pytest.mark.parametrize("path", ["/v1/models", "/health", "/v1/models/gpt-4o"])
async def test_head_has_the_headers_of_get_and_no_body(tmp_path: Path, path: str) -> None:
    """HEAD tells the length that GET would have."""
    world = World(tmp_path)
    get, head = await world.send("GET", path), await world.send("HEAD", path)

    assert get.status == head.status
    assert get.headers["content-length"] == head.headers["content-length"]


async def test_ids_with_slashes_are_found(tmp_path: Path) -> None:
    """The rest of the path is the model's id, encoded slashes or not."""
    world = World(tmp_path)
    answer = await world.send("GET", "/v1/models/meta-llama/Llama-3.1-8B-Instruct")

    assert "meta-llama/Llama-3.1-8B-Instruct" == answer.json["id"]


async def test_the_api_description_lists_what_was_compiled(tmp_path: Path) -> None:
    """Every route is there, once for all of its rows, with references that resolve."""
    world = World(tmp_path)
    document = (await world.send("GET", "/openapi.json")).json

    operations = [each for path in document["paths"].values() for each in path.values()]

    rows = world.engine.endpoints
    assert {endpoint.name for endpoint in rows if endpoint.row.when is None} == {
        operation["operationId"] for operation in operations
    }
    names = set(document["components"]["schemas"])
    assert set(_references(document)) <= names


async def test_the_docs_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    """The page loads no script, style or font from another server."""
    answer = await World(tmp_path).send("GET", "/docs")

    assert 200 == answer.status
    assert answer.headers["content-type"].startswith("text/html")
    assert b"http://" not in answer.body
    assert b"https://" not in answer.body


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = value.get("$ref")
        found = [own.rpartition("/")[2]] if isinstance(own, str) and own[0] == "#" else []
        return found + [name for child in value.values() for name in _references(child)]
    if isinstance(value, list):
        return [name for child in value for name in _references(child)]
    return []
