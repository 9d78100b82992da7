"""The banner is read off the object that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.cli.banner import banner
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


def test_the_banner_says_what_is_on(tmp_path: Path) -> None:
    """Spec, address, models, stages, routes."""
    world = World(tmp_path, "name: mine\nrequest_log: false\nunknown_models: reject\n")
    text = banner(world.engine, "http://127.0.0.1:9")

    assert text.startswith("fakeai mine\n")
    assert "listens  http://127.0.0.1:9\n" in text
    assert "unknown ones are rejected" in text
    assert "request_log" not in text
    assert "POST /v1/chat/completions" in text
