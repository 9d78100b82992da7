"""The generated pages are never stale, and say what they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakeai.cli.pages import pages
from fakeai.engine.table import GENERATORS, STAGES, sections
from fakeai.spec.codes import catalogue

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["config.md", "stages.md", "problems.md", "templates.md"])
def test_a_page_is_as_it_is_made(name: str) -> None:
    """`make docs` writes it anew."""
    assert pages()[name] == (DOCS / name).read_text()


def test_every_stage_section_and_code_has_its_heading() -> None:
    """What exists is documented."""
    made = pages()

    assert all(f"### {name}\n" in made["stages.md"] for name in (*STAGES, *GENERATORS))
    assert all(f"## {name}\n" in made["config.md"] for name in sections())
    assert all(f"## {code}: " in made["problems.md"] for code in catalogue())


def test_keys_have_their_units_and_defaults() -> None:
    """A reader sees what a key takes without reading the code."""
    page = pages()["config.md"]

    assert '| `max_bytes` | a size | `"10MB"` |' in page
    assert "| `*.context_window` | integer or a count |" in page
