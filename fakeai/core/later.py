"""Later: modules that are loaded when something in them is first needed."""

from __future__ import annotations

from importlib import import_module


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
