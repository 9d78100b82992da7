"""Lint of keys and limits: warnings that do not keep a spec from serving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

HASHED = f'key: "sha256:{64 * "9"}"'


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("auth: {keys: {team: {key: sk-plain}}}\n", "FA110"),
        (
            f"auth: {{keys: {{team: {{{HASHED}}}}}}}\nrate_limits: {{tiers: {{gold: {{rpm: 9}}}}}}",
            "FA111",
        ),
        ("rate_limits: {tiers: {free: {tpm: 5}}}\n", "FA112"),
    ],
)
def test_it_warns(tmp_path: Path, overlay: str, code: str) -> None:
    """The spec serves all the same."""
    assert [code] == [problem.code for problem in World(tmp_path, overlay).engine.warnings]


@pytest.mark.parametrize(
    "overlay",
    [
        "",
        f"auth: {{keys: {{team: {{{HASHED}, tier: free}}}}}}\n",
        "rate_limits: {default_tier: gold, tiers: {gold: {rpm: 9}}}\n",
    ],
)
def test_it_is_silent_about_what_is_meant(tmp_path: Path, overlay: str) -> None:
    """Built-in tiers are an offer."""
    assert () == World(tmp_path, overlay).engine.warnings


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("rate_limits: {tiers: {free: {rpm: 0}}}\n", "FA013"),
        ("rate_limits: {default_tier: gold}\n", "FA030"),
        (f"auth: {{keys: {{team: {{{HASHED}, tier: gold}}}}}}\n", "FA030"),
        ("abuse: {decay: 0s}\n", "FA013"),
    ],
)
def test_what_cannot_work_is_an_error(tmp_path: Path, overlay: str, code: str) -> None:
    """No request at all, a tier that does not exist, strikes that fade in no time."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, overlay)

    assert [code] == [problem.code for problem in caught.value.problems]
