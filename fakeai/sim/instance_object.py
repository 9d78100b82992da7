"""Objects: required, optional and invented properties."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from fakeai.sim.instance_facts import REMEMBERED_CHARS_MAX, REMEMBERED_MAX, equality_key
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.pattern import Pattern
from fakeai.sim.pattern_syntax import UnsupportedPatternError
from fakeai.sim.regular import BudgetSpentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Json
    from fakeai.sim.instance_build import Build
    from fakeai.sim.instance_facts import ObjectFacts
    from fakeai.sim.instance_plan import Plan

MAP_ENTRIES: Final = 2
"""Entries of an object that declares no property, but the schema of any."""
NAME_TRIES: Final = 20
"""Names invented for each property that is missing."""


def make_object(build: Build, plan: Plan, _: str) -> Json:
    """Return an object: all that is required, and all that is optional unless it is sparse."""
    facts = plan.facts.object
    spare = _spare(build, plan)
    if plan.members is None:
        plan.members = list(_members(build, plan))
    out: dict[str, Json] = {}
    sparse = build.is_sparse(plan)
    for name, member in plan.members:
        if name in facts.required:
            out[name] = build.of(member, name)
        elif spare > 0 and not (sparse and len(out) >= facts.size.low):
            spare -= _add_optional(build, out, name, member)
    is_empty_map = not plan.members and _is_map(facts) and not sparse
    wanted = max(facts.size.low, min(MAP_ENTRIES, spare) if is_empty_map else 0)
    if len(out) < wanted:
        _invent(build, plan, out, wanted)
    if plan.facts.barred and equality_key(out) in plan.facts.barred:
        raise Unsatisfiable("the only object found is excluded", plan.facts.path)
    return out


def _spare(build: Build, plan: Plan) -> int:
    """Return how many optional properties there may be."""
    facts = plan.facts.object
    if facts.size.is_empty:
        reason = f"minProperties {facts.size.low} is over maxProperties {facts.size.high}"
        raise Unsatisfiable(reason, plan.facts.path)
    spare = build.limits.optional_properties_max
    if facts.size.high is None:
        return spare
    if facts.size.high < len(facts.required):
        reason = f"{len(facts.required)} properties are required, over maxProperties"
        raise Unsatisfiable(f"{reason} {facts.size.high}", plan.facts.path)
    return min(spare, facts.size.high - len(facts.required))


def _is_map(facts: ObjectFacts) -> bool:
    """Tell whether the schema describes values under names of the writer's choice."""
    return any(
        members.matching or isinstance(members.others, dict) for members in facts.members
    ) or bool(facts.names)


def _add_optional(build: Build, out: dict[str, Json], name: str, member: Plan) -> bool:
    """Add a property and tell so, or leave it out where no value of it exists."""
    try:
        out[name] = build.of(member, name)
    except Unsatisfiable:
        return False
    return True


def _members(build: Build, plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Yield the properties that the schema names, as far as they can have a value."""
    facts = plan.facts.object
    declared = {name: None for members in facts.members for name in members.named}
    for name in declared | facts.required:
        build.spend()
        try:
            yield name, _member(build, facts, name)
        except Unsatisfiable as error:
            if name in facts.required:
                place = f"the required property {name!r}"
                raise error.inside(place, plan.facts.path) from error


def _member(build: Build, facts: ObjectFacts, name: str) -> Plan:
    """Return the plan of one property."""
    for names in facts.names:
        if not _name_fits(build, build.planner.plan((names,)), name):
            raise Unsatisfiable(f"propertyNames forbids {name!r}")
    return build.planner.plan(facts.goal(name))


def _name_fits(build: Build, plan: Plan, name: str) -> bool:
    """Tell whether a plan allows a text as the name of a property."""
    choices = plan.facts.choices
    if choices:
        return any(
            _name_fits(build, branch, name)
            for index in range(len(choices[0].branches))
            if (branch := _branch(build, plan, index)) is not None
        )
    build.spend()
    if plan.values is not None:
        return name in plan.values
    return "string" in plan.facts.types and build.texts(plan).fits(name)


def _branch(build: Build, plan: Plan, index: int) -> Plan | None:
    """Return a branch of a plan, or None if it contradicts itself."""
    try:
        return build.planner.branch(plan, index, alone=False)
    except Unsatisfiable:
        return None


def _invent(build: Build, plan: Plan, out: dict[str, Json], wanted: int) -> None:
    """Add properties that the schema does not name."""
    facts = plan.facts.object
    for name in _names(build, facts, NAME_TRIES * (wanted - len(out))):
        build.spend()
        if name in out:
            continue
        try:
            _add_optional(build, out, name, _member(build, facts, name))
        except Unsatisfiable:
            continue
        if len(out) >= wanted:
            return
    if len(out) < facts.size.low:
        reason = f"minProperties {facts.size.low}, but only {len(out)} can be made"
        raise Unsatisfiable(reason, plan.facts.path)


def _names(build: Build, facts: ObjectFacts, tries: int) -> Iterator[str]:
    """Yield names for properties, the readable ones first."""
    plans = [build.planner.plan((names,)) for names in facts.names]
    for plan in plans:
        yield from (value for value in plan.values or () if isinstance(value, str))
    patterns = [pattern for members in facts.members for pattern in members.matching]
    searches = [search for pattern in patterns if (search := _search(pattern)) is not None]
    for number in range(tries):
        for plan in plans:
            name = str(build.of(plan, "field"))
            yield name
            if not plan.facts.choices and plan.values is None:
                yield from islice(build.texts(plan).marked(name, number + 1), 2)
        for search in searches:
            name = search.text(build.rng) or ""
            yield name
            yield f"{name}{number}"
        word = build.pools.pick("word", build.rng) or "field"
        yield word if number < MAP_ENTRIES * 2 else f"{word}_{number}"


@lru_cache(REMEMBERED_MAX)
def _remembered(pattern: str) -> Pattern | None:
    return _made(pattern)


def _search(pattern: str) -> Pattern | None:
    """Return a search for names, or None for a pattern that is not understood."""
    return _remembered(pattern) if len(pattern) <= REMEMBERED_CHARS_MAX else _made(pattern)


def _made(pattern: str) -> Pattern | None:
    try:
        return Pattern([pattern])
    except (UnsupportedPatternError, BudgetSpentError):
        return None
