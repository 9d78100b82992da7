"""How much a model thinks aloud."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from fakeai.spec.units import NumberDistribution, NumberLognormal


class Reasoning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a model thinks aloud before it answers."""

    tokens: Annotated[
        NumberDistribution, Meta(description="Length of the reasoning, in tokens.")
    ] = NumberLognormal(median=200.0, sigma=0.4)
    efforts: Annotated[
        dict[str, Annotated[float, Meta(ge=0, le=100)]],
        Meta(description="Effort that a request may name to its multiple of that length."),
    ] = {}
    default: Annotated[
        str | None,
        Meta(description="Effort where the request names none; absent: that length."),
    ] = None

    def __post_init__(self) -> None:
        """The default must be one of the efforts."""
        if self.default is not None and self.default not in self.efforts:
            raise ValueError(f"the default effort `{self.default}` is not one of `efforts`")
