"""Later: modules that are loaded when they are needed, or never."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Later:
    """Stands in for a module that costs much and is seldom needed.

    What explains a failure is not loaded by a spec without one.
    """

    def __init__(self, name: str) -> None:
        """`name` is the module's full one; nothing is loaded yet."""
        self.__dict__["_name"] = name

    def __getattr__(self, attribute: str) -> object:
        """Return what the module has by this name, and remember it."""
        value: object = getattr(import_module(self.__dict__["_name"]), attribute)
        self.__dict__[attribute] = value
        return value


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Let what is imported meanwhile do without a package that it can do without.

    A package that is loaded already stays.
    """
    modules: dict[str, Any] = sys.modules
    if name in modules:
        yield
        return
    modules[name] = None  # to the import system: there is no such module
    try:
        yield
    finally:
        del modules[name]
