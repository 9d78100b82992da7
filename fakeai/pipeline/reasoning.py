"""Reasoning: how long a model thinks aloud before it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.pipeline.chance import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from fakeai.pipeline.inputs import Inputs
    from fakeai.spec.reasoning import Reasoning


class Thought:
    """The spec's ways to reason, as lengths to draw."""

    __slots__ = ("_lengths", "_rows")

    def __init__(self, rows: Mapping[str, Reasoning]) -> None:
        """Take the section `reasoning`."""
        self._rows = rows
        self._lengths = {name: Quantity(row.tokens) for name, row in rows.items()}

    def tokens(self, name: str | None, inputs: Inputs, chance: Callable[[str], Random]) -> int:
        """Return how many tokens of reasoning a model of this row writes for a request."""
        row = self._rows.get(name or "")
        if row is None or name is None or inputs.reasoning is False:
            return 0
        effort = inputs.reasoning_effort or row.default
        factor = 1.0 if effort is None else row.efforts.get(effort, 1.0)
        if inputs.reasoning and not inputs.reasoning_effort:
            factor = factor or 1.0
        if not factor:
            return 0
        length = max(1, round(self._lengths[name](chance("completion.reasoning.length")) * factor))
        return length if inputs.reasoning_tokens is None else min(length, inputs.reasoning_tokens)
