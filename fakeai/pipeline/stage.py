"""Stage: one behaviour of the lifecycle, as a value that compiles to steps or to nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from fakeai.core.clock import Clock
    from fakeai.core.document import Node
    from fakeai.core.problem import Problem
    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.protocol import Protocol
    from fakeai.spec.model import Endpoint, Spec

Step = Callable[["Exchange"], None]
WaitingStep = Callable[["Exchange"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What a compiled stage runs; all are closures over constants.

    `enter` and `wait` run in the order of the pipeline (a stage has one of them, at most);
    `leave` runs in reverse order for every stage entered, whatever became of the exchange.
    """

    enter: Step | None = None
    wait: WaitingStep | None = None
    leave: Step | None = None
