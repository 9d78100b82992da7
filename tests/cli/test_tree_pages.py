"""The page of templates: what each tree may read."""

from __future__ import annotations

from fakeai.cli.pages import pages
from fakeai.pipeline.variables import TOKEN_TYPES
from fakeai.template.filters import FILTERS


def test_every_variable_filter_and_class_has_its_line() -> None:
    """Each once, with a link from what holds it to what it has."""
    page = pages()["templates.md"]

    assert all(f"| `{name}` | " in page for name in TOKEN_TYPES)
    assert all(f"`{name}`" in page.partition("## Filters")[2] for name in FILTERS)
    assert "| `choices` | a list of [Choice](#choice) |" in page.partition("### Outcome")[2]
    assert "\n### Choice\n" in page
    assert "$for" in page.partition("## Directives")[2]
