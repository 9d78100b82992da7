"""Limits of generated instances, and why a schema gets none."""

from __future__ import annotations

from typing import Final

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on the work that one schema may cause, and on the size of its instances."""

    steps_max: int = 30_000
    """Values tried, alternatives merged and names looked up, for one call."""
    depth_max: int = 48
    """Objects and arrays inside each other."""
    schema_chars_max: int = 1_000_000
    schema_depth_max: int = 200
    values_max: int = 10_000
    """Values in one instance."""
    items_max: int = 5_000
    """Items in one array."""
    chars_max: int = 500_000
    """Characters in all strings of one instance."""
    optional_properties_max: int = 1_000
    recursion_max: int = 1
    """Times that a schema may stand inside itself before optional parts are left out."""
    attempts_max: int = 12
    """Instances made for the validator's approval before giving up."""
    context_chars_max: int = 8_000
    """Characters of the conversation, those that count most first, that values are taken from."""


LIMITS: Final = Limits()


class Unsatisfiable(Exception):  # noqa: N818 - it says what the schema is
    """No instance was found; `reason` says why, and `path` where in the schema."""

    def __init__(self, reason: str, path: str = "") -> None:
        """`path` is a JSON Pointer into the schema."""
        super().__init__(f"{path or '/'}: {reason}")
        self.reason = reason
        self.path = path

    def inside(self, place: str, path: str) -> Unsatisfiable:
        """Return this refusal as that of the value around; only the innermost place is named."""
        wraps = " cannot have a value: " in self.reason
        reason = self.reason if wraps else f"{place} cannot have a value: {self.reason}"
        return Unsatisfiable(reason, self.path or path)


class InvalidSchema(Exception):  # noqa: N818 - as Unsatisfiable
    """The document is not a JSON Schema; `path` is a JSON Pointer into it."""

    def __init__(self, message: str, path: str = "") -> None:
        """`message` is in words."""
        super().__init__(f"{path or '/'}: {message}")
        self.message = message
        self.path = path


class StepsSpentError(Exception):
    """The step budget, or the room for the instance, is spent."""
