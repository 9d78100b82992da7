"""Endpoint: what a row of the route table may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ('{ header: "x version" }', ("FA024", "endpoints.models.when.header")),
        ("{ headers: x }", ("FA010", "endpoints.models.when.headers")),
        ("{}", ("FA012", "endpoints.models.when")),
    ],
)
def test_when_names_a_header(tmp_path: Path, when: str, expected: tuple[str, str]) -> None:
    """The key is closed, and its value is one that a request may have."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, f"endpoints: {{ models: {{ when: {when} }} }}")

    assert expected in [(problem.code, problem.path) for problem in caught.value.problems]
