"""Documents back to YAML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeai.cli.yaml_text import yaml_text
from fakeai.core.document import Node, parse, plain
from fakeai.core.problem import Place

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
KEYS = TEXT.filter(lambda text: text != "")
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3)
)
PLACE = Place("t.yaml", 1, 1)


def _node(value: object) -> Node:
    if isinstance(value, dict):
        return Node({k: _node(v) for k, v in value.items()}, PLACE)
    if isinstance(value, list):
        return Node([_node(v) for v in value], PLACE)
    return Node(value, PLACE)  # type: ignore[arg-type]


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_data_reads_back_the_same(data: dict[str, object]) -> None:
    """Texts that look like something else are quoted."""
    node = _node(data)

    assert data == plain(parse(yaml_text(node), "t.yaml"))
    assert data == plain(parse(yaml_text(node, provenance=True), "t.yaml"))
