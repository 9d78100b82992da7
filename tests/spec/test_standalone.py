"""Standalone: a merged spec that reads back to itself."""

from __future__ import annotations

import pytest

from fakeai.core.document import parse, plain
from fakeai.spec.standalone import standalone
from fakeai.spec.variables import Variables


@pytest.mark.parametrize(
    "text", ["${A}", "$${A}", "$$${A}", "${", "a ${A} b ${B", "${{ x }}", "$", "$$", "${-}${}"]
)
def test_a_literal_dollar_stays_literal(text: str) -> None:
    """Read again, a text is what it was when it had been filled in."""
    tree = parse("{name: '" + text + "', list: ['" + text + "', 1]}", "f")

    again = Variables({}, {}).filled(standalone(tree))

    assert plain(tree) == plain(again)


def test_how_files_were_put_together_is_left_out() -> None:
    """All of it has been done."""
    tree = parse("{fakeai: 1, extends: builtin, include: [a], vars: {A: {}}, seed: 1}", "f")

    assert {"fakeai": 1, "seed": 1} == plain(standalone(tree))
