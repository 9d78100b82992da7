"""Refusals: one envelope, with the hints that clients act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.pipeline.registry import Registry
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_our_own_bug_is_a_500_with_the_request_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack trace goes to the log and nowhere else; the next request works."""

    def broken(_registry: Registry) -> None:
        raise LookupError("secret")

    monkeypatch.setattr(Registry, "listing", broken)
    world = World(tmp_path)
    answer = await world.send("GET", "/v1/models", headers={"x-request-id": "find-me"})
    error = answer.json["error"]
    crashes = [fields["exc_info"] for _, event, fields in world.log.lines if event == "crash"]

    assert (500, "internal_error", "server_error") == (answer.status, error["code"], error["type"])
    assert "find-me" in error["message"]
    assert "secret" not in answer.body.decode()
    assert [LookupError] == [type(crash) for crash in crashes]
    assert 200 == (await world.send("GET", "/health")).status
