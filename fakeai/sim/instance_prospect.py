"""Prospects: whether schemas can be satisfied together, before trying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.instance_facts import NUMBERS
from fakeai.sim.instance_limits import Unsatisfiable

if TYPE_CHECKING:
    from fakeai.sim.instance_build import Build
    from fakeai.sim.instance_document import Schema
    from fakeai.sim.instance_plan import Plan

HOPELESS: Final = 0
DOUBTFUL: Final = 1
"""A value is made only if a format is read as a mere annotation."""
SOUND: Final = 2
"""Nothing speaks against it, as far as was looked."""
LOOKS_MAX: Final = 64
"""Alternatives looked at for the places of one array."""
TEXT_LOOKS: Final = 8
"""What a look at texts counts for: it may take a search."""


def prospect(build: Build, goal: tuple[Schema, ...], looks: list[int]) -> int:
    """Return how likely a value of a goal is; `looks` holds how many looks are left."""
    try:
        plan = build.planner.plan(goal)
    except Unsatisfiable:
        return HOPELESS
    return _of_plan(build, plan, looks)


def _of_plan(build: Build, plan: Plan, looks: list[int]) -> int:
    """Return the best prospect on any way through a plan's choices."""
    if looks[0] <= 0:
        return SOUND
    looks[0] -= 1
    if not plan.facts.choices:
        return _of_type(build, plan, looks)
    best = HOPELESS
    for index in range(len(plan.facts.choices[0].branches)):
        build.spend()
        try:
            branch = build.planner.branch(plan, index, alone=False)
        except Unsatisfiable:
            continue
        best = max(best, _of_plan(build, branch, looks))
        if best == SOUND:
            break
    return best


def _of_type(build: Build, plan: Plan, looks: list[int]) -> int:
    """Return the prospect of a plan without choices, which its numbers or texts may limit."""
    types = plan.facts.types
    if plan.values is not None:
        texts = [value for value in plan.values if isinstance(value, str)]
        return SOUND if len(texts) < len(plan.values) else _of_texts(build, plan, texts)
    try:
        if types <= NUMBERS:
            plan.numbers()
        elif types == {"string"}:
            looks[0] -= TEXT_LOOKS
            return SOUND if build.texts(plan).keeps_formats else DOUBTFUL
    except Unsatisfiable:
        return HOPELESS
    return SOUND


def _of_texts(build: Build, plan: Plan, texts: list[str]) -> int:
    """Return the prospect of listed texts."""
    try:
        return SOUND if any(map(build.texts(plan).fits, texts)) else DOUBTFUL
    except Unsatisfiable:
        return DOUBTFUL
