"""Documents: YAML as plain data plus the place of every node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from fakeai.core.problem import Place

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


@dataclass(slots=True)
class Node:
    """A YAML value, where it stands, and where its key stands."""

    value: None | bool | int | float | str | dict[str, Node] | list[Node]
    place: Place
    key_place: Place | None = None
