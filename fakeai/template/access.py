"""Access: what an expression gets out of request data and our objects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jinja2 import UndefinedError

from fakeai.template.hints import attributes

if TYPE_CHECKING:
    from collections.abc import Callable

_DATA: Final = frozenset({type(None), bool, int, float, str, list, tuple})


def attribute(owner: Any, name: str) -> Any:
    """Return an entry of a map or a declared attribute of one of our objects.

    What request data does not have is null, and so is everything below it.
    """
    if owner is None:
        return None
    kind: Any = type(owner)
    if kind is dict:
        return owner.get(name)
    if name in attributes(kind):
        return getattr(owner, name)
    if kind in _DATA:
        return None
    raise UndefinedError(f"`{kind.__name__}` has no attribute `{name}`")


def reader(owner: Any) -> Callable[[str], Any]:
    """Return what `attribute` does to one owner, for trees that read many of its entries."""
    return owner.get if type(owner) is dict else partial(attribute, owner)


def item(owner: Any, argument: Any) -> Any:
    """Return an item by its position, or what `attribute` does by its name."""
    if isinstance(argument, str):
        return attribute(owner, argument)
    if isinstance(owner, list | tuple | str) and isinstance(argument, int):
        return owner[argument] if -len(owner) <= argument < len(owner) else None
    return None


def multiply(left: Any, right: Any) -> Any:
    """Multiply numbers only: repeating a text could fill the memory."""
    _numbers("*", left, right)
    return left * right


def remainder(left: Any, right: Any) -> Any:
    """Divide numbers only: on a text `%` formats, to any width."""
    _numbers("%", left, right)
    return left % right


def refuse_power(left: Any, right: Any) -> Any:
    """Refuse: a power may have no end."""
    raise TypeError(f"`**` is not available: {left!r:.20} ** {right!r:.20} may have no end")


def _numbers(operator: str, *values: Any) -> None:
    if not all(isinstance(value, int | float) for value in values):
        raise TypeError(f"`{operator}` takes two numbers")
