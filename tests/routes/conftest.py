"""One server for all tests of the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a server of the built-in spec, without limits."""
    folder: Path = tmp_path_factory.mktemp("routes")
    return World(folder, "rate_limits: false\nrequest_log: false\n")
