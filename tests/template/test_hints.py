"""Hints: types of attributes, items and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import pytest

from fakeai.template import hints
from tests.template.yaml_source import Answer, Part

if TYPE_CHECKING:
    from decimal import Decimal


class Sealed:
    """A class whose annotations only a type checker can read."""

    price: Decimal
    _hidden: int

    def act(self) -> None:
        """Nothing that a template may call."""


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, (str,)),
        (None, (type(None),)),
        (int | None, (int, type(None))),
        (Optional[Part], (Part, type(None))),  # noqa: UP045 - the older spelling is read too
        (Annotated[int | str, "note"], (int, str)),
        (Literal["a", "b", 1], (str, int)),
        (Annotated[Literal["a"] | None, "note"], (str, type(None))),
    ],
)
def test_unions_are_taken_apart(annotation: Any, expected: hints.Kinds) -> None:
    """Whatever their spelling."""
    assert expected == hints.kinds(annotation)


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        ((Answer,), "total", (int,)),
        ((Answer,), "best", (Part, type(None))),
        ((Answer,), "first", (Part,)),
        ((Answer,), "secret", ()),
        ((Answer, type(None)), "name", (str,)),
        ((Answer, Part), "text", (str,)),
        ((type(None),), "x", (Any,)),
        ((dict,), "x", (Any,)),
        ((dict[str, Part],), "x", (Part,)),
        ((Mapping[str, int],), "x", (int,)),
        ((Any,), "x", (Any,)),
        ((object,), "x", (Any,)),
        ((str,), "upper", ()),
        ((list[Part],), "append", ()),
        ((Sealed,), "price", (Any,)),
        ((Sealed,), "_hidden", ()),
        ((Sealed,), "act", ()),
    ],
)
def test_an_attribute_has_its_declared_type(
    owner: hints.Kinds, name: str, expected: hints.Kinds
) -> None:
    """None when no type of the owner declares it."""
    assert expected == hints.attribute_kinds(owner, name)


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ((list[Part],), (Part,)),
        ((list[int | None],), (int, type(None))),
        ((tuple[str, ...],), (str,)),
        ((dict[str, int],), (int,)),
        ((list,), (Any,)),
        ((str,), (str,)),
        ((type(None),), (Any,)),
        ((Any,), (Any,)),
        ((int,), ()),
        ((Answer,), ()),
    ],
)
def test_an_item_has_the_type_of_its_list(owner: hints.Kinds, expected: hints.Kinds) -> None:
    """None when there are no items."""
    assert expected == hints.item_kinds(owner)


@pytest.mark.parametrize(
    ("annotation", "result", "arity"),
    [
        (Callable[[str, int], list[int]], (list[int],), 2),
        (Callable[..., None], (type(None),), None),
        (str, (), None),
    ],
)
def test_a_function_has_a_result(annotation: Any, result: hints.Kinds, arity: int | None) -> None:
    """And takes as many values as its type says."""
    assert (result, arity) == (
        hints.result_kinds(hints.kinds(annotation)),
        hints.arity(hints.kinds(annotation)),
    )


def test_types_are_shown_by_name() -> None:
    """As messages need them."""
    assert "`Answer` or `str`" == hints.shown((Answer, str, type(None)))
    assert "null" == hints.shown((type(None),))
    assert ["text", "tokens"] == hints.attribute_names((Part, list[int]))
