"""Hints: which attributes and items a variable's type declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from jinja2.runtime import LoopContext

Kinds: TypeAlias = tuple[Any, ...]
"""The types that a value may have, unions taken apart."""

FREE: Final[Kinds] = (Any,)
"""Request data: everything may be asked of it, and what is absent is null."""

_LOOP: Final[Mapping[str, Kinds]] = MappingProxyType(
    {"index": (int,), "index0": (int,), "first": (bool,), "last": (bool,), "length": (int,)}
)
_NOTHING: Final[Mapping[str, Kinds]] = MappingProxyType({})
_SEQUENCES: Final = (list, tuple, set, frozenset)


def kinds(annotation: Any) -> Kinds:
    """Return the types that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return kinds(get_args(annotation)[0])
    if origin is Literal:
        return tuple({type(value): None for value in get_args(annotation)})
    if origin in {Union, UnionType}:
        return tuple(kind for part in get_args(annotation) for kind in kinds(part))
    return (NoneType,) if annotation is None else (annotation,)


@lru_cache(maxsize=256)
def attributes(owner: type) -> Mapping[str, Kinds]:
    """Return the public attributes that a class of ours declares, and their types."""
    if owner is LoopContext:
        return _LOOP
    if owner.__module__ == "builtins":
        return _NOTHING
    declared = _annotations(owner)
    for base in reversed(owner.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, property):
                declared[name] = _annotations(member.fget).get("return", Any)
    return {name: kinds(hint) for name, hint in declared.items() if not name.startswith("_")}


def attribute_kinds(owner: Kinds, name: str) -> Kinds:
    """Return the types of an attribute; none when no type of its owner declares it."""
    owners = [kind for kind in owner if kind is not NoneType]
    if not owners:
        return FREE
    return tuple(found for kind in owners for found in _attribute(kind, name))


def item_kinds(owner: Kinds) -> Kinds:
    """Return the types of an item; none when the owner has no items."""
    owners = [kind for kind in owner if kind is not NoneType]
    if not owners:
        return FREE
    return tuple(found for kind in owners for found in _item(kind))


def result_kinds(owner: Kinds) -> Kinds:
    """Return the types that a function gives; none when the owner is no function."""
    return tuple(
        found for kind in owner if _is_function(kind) for found in kinds(get_args(kind)[1])
    )


def arity(owner: Kinds) -> int | None:
    """Return how many values a function takes, when its type says so."""
    for kind in owner:
        taken = get_args(kind)[0] if _is_function(kind) else None
        if isinstance(taken, list):
            return len(taken)
    return None


def attribute_names(owner: Kinds) -> list[str]:
    """Return the attributes that are declared, for messages."""
    return [name for kind in owner if isinstance(kind, type) for name in attributes(kind)]


def shown(owner: Kinds) -> str:
    """Return the types as a message names them."""
    names = [getattr(kind, "__name__", str(kind)) for kind in owner if kind is not NoneType]
    return " or ".join(f"`{name}`" for name in dict.fromkeys(names)) or "null"


def _annotations(owner: Any) -> dict[str, Any]:
    """Annotations whose names exist for type checkers only leave their attributes free."""
    try:
        return get_type_hints(owner, include_extras=True)
    except NameError:
        bases = getattr(owner, "__mro__", (owner,))
        return {name: Any for base in bases for name in getattr(base, "__annotations__", ())}


def _is_function(kind: Any) -> bool:
    origin: object = get_origin(kind)
    return origin is Callable


def _attribute(kind: Any, name: str) -> Kinds:
    plain: Any = get_origin(kind) or kind
    if _is_free(plain):
        return FREE
    if issubclass(plain, Mapping):
        return _argument(kind, 1)
    return attributes(plain).get(name, ())


def _item(kind: Any) -> Kinds:
    plain = get_origin(kind) or kind
    if _is_free(plain):
        return FREE
    if issubclass(plain, Mapping):
        return _argument(kind, 1)
    if issubclass(plain, _SEQUENCES):
        return _argument(kind, 0)
    return (str,) if plain is str else ()


def _is_free(plain: Any) -> bool:
    """What is no class (an unresolved name, say) promises nothing."""
    return not isinstance(plain, type) or plain is object or plain is Any


def _argument(kind: Any, position: int) -> Kinds:
    given = get_args(kind)
    return kinds(given[position]) if position < len(given) else FREE
