"""Endpoints: ids of requests, parameters of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_sane_request_id_is_kept(tmp_path: Path) -> None:
    """What the client calls its request comes back."""
    answer = await World(tmp_path).send("GET", "/health", headers={"X-Request-ID": "trace-42"})

    assert "trace-42" == answer.headers["x-request-id"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "é"])
async def test_an_insane_request_id_is_replaced(tmp_path: Path, given: str) -> None:
    """Ids that are not fit for a header or a log line are not echoed."""
    answer = await World(tmp_path).send("GET", "/health", headers={"x-request-id": given})

    assert answer.headers["x-request-id"].startswith("req_")


async def test_request_ids_differ(tmp_path: Path) -> None:
    """Two requests never share one of ours."""
    world = World(tmp_path)
    ids = [(await world.send("GET", "/health")).headers["x-request-id"] for _ in range(2)]

    assert ids[0] != ids[1]


@pytest.mark.parametrize("name", ["body", "cookies", "query", "request", "scope", "state"])
@pytest.mark.parametrize(("form", "given"), [("", "7"), (":path", "7/8")])
async def test_a_parameter_may_have_any_name(
    tmp_path: Path, name: str, form: str, given: str
) -> None:
    """Those that mean something to the router, too."""
    row = f"{{ route: 'GET /odd/{{{name}{form}}}', protocol: openai }}"
    files = {
        "schemas/openai/odd.yaml": "response: { type: object }\n",
        "templates/openai/odd.yaml": f"response: {{ found: '{{{{ path.{name} }}}}' }}\n",
    }
    world = World(tmp_path, f"endpoints: {{ odd: {row} }}\n", files)

    answer = await world.send("GET", f"/odd/{given}")

    assert {"found": given} == answer.json
