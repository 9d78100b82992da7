"""params: where a request keeps what a refusal may have to name."""

from __future__ import annotations

import msgspec
import pytest

from fakeai.pipeline.params import Params, path_of


def test_no_field_has_a_name_unless_a_template_gives_it_one() -> None:
    """What a request calls its fields is its protocol's affair."""
    assert {None} == set(msgspec.structs.asdict(Params()).values())


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        (("messages", 0, "content", 2), "messages.0.content.2"),
        (("tools", 1, None), "tools.1"),
        ((None, 1, "grammar"), None),
        ((), None),
    ],
)
def test_a_path_ends_where_a_name_is_not_known(
    steps: tuple[str | int | None, ...], path: str | None
) -> None:
    """What lies below a field without a name has no path."""
    assert path == path_of(*steps)
