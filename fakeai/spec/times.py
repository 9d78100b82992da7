"""Times: what has the form of a time must be one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from fakeai.core.document import path_text
from fakeai.core.problem import Problem
from fakeai.spec.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Node
    from fakeai.spec.shape import Shape

#: The form of a time; what has it may still be none.
TIME_PATTERN: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
RFC_3339: Final = "a time as in RFC 3339"

Timestamp = Annotated[
    str,
    Meta(
        pattern=TIME_PATTERN,
        examples=["2026-01-01T00:00:00Z"],
        extra_json_schema={"x-form": RFC_3339},
    ),
]


def impossible_times(tree: Node, shape: Shape) -> Iterator[Problem]:
    """Yield a problem for every time that no calendar has, such as the 30th of February."""
    for path, node, option in shape.walk(tree, shape.schema):
        text = node.value
        if option.get("x-form") == RFC_3339 and isinstance(text, str) and not _is_one(text):
            message = f"no calendar has the time {shown(text)}"
            yield Problem(code="FA024", place=node.place, path=path_text(path), message=message)


def _is_one(text: str) -> bool:
    """What does not have the form either has been told of already."""
    try:
        datetime.fromtimestamp(datetime.fromisoformat(text).timestamp(), UTC)
    except (ValueError, OverflowError, OSError):
        return re.fullmatch(TIME_PATTERN, text) is None
    return True
