"""Values and records: plain classes of fields, made by the dozen at start.

A dataclass writes and compiles its methods when its module is loaded; these have theirs in C.
"""

from __future__ import annotations

from typing import dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Value(msgspec.Struct, frozen=True):
    """Fields that are set once."""


@dataclass_transform(field_specifiers=(msgspec.field,))
class Record(msgspec.Struct):
    """Fields that change."""
