"""Arrays: tuples, lists, items that must be there or must differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.field_kinds import kind_of
from fakeai.sim.instance_facts import NUMBERS, equality_key
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_prospect import DOUBTFUL, HOPELESS, LOOKS_MAX, SOUND, prospect

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from fakeai.core.document import Json
    from fakeai.sim.instance_build import Build
    from fakeai.sim.instance_document import Schema
    from fakeai.sim.instance_facts import ArrayFacts, Contains
    from fakeai.sim.instance_plan import Plan

USUAL_ITEMS_MAX: Final = 3
"""Items of an array whose schema does not say how many."""
MENTIONED_ITEMS_MAX: Final = 8
"""Items of an array that holds what the conversation mentions."""
FRESH_TRIES: Final = 8
"""Values drawn for a unique item, before its type's values are taken in order."""
LATE_TRIES: Final = 60
"""Values drawn for a unique item, after all others were there already."""
DRAWN_MAX: Final = 40
"""Unique items after which no value is drawn, as it would be there already."""


def make_array(build: Build, plan: Plan, field: str) -> Json:
    """Return an array."""
    facts, path = plan.facts.array, plan.facts.path
    size = facts.size
    if size.is_empty:
        raise Unsatisfiable(f"minItems {size.low} is over maxItems {size.high}", path)
    if size.low > build.limits.items_max:
        reason = f"minItems {size.low} is over the limit of {build.limits.items_max} items"
        raise Unsatisfiable(reason, path)
    outer, build.mentions.lists = build.mentions.lists, True
    try:
        out = _items(build, plan, field)
    finally:
        build.mentions.lists = outer
    if plan.facts.barred and equality_key(out) in plan.facts.barred:
        raise Unsatisfiable("the only array found is excluded", path)
    return out


def _items(build: Build, plan: Plan, field: str) -> list[Json]:
    """Return the items of an array."""
    facts, path = plan.facts.array, plan.facts.path
    demands = _place(build, facts)
    out: list[Json] = []
    seen: set[Hashable] | None = set() if facts.unique else None
    room = [high - part.low for part, high in _limited(facts)]
    least = max(facts.size.low, len(demands))
    for index in range(_length(build, plan, field, len(demands))):
        demanded = demands.get(index, ())
        try:
            item = build.planner.plan(_goal(facts, index, demanded))
            out.append(_fresh(build, item, field, seen))
        except Unsatisfiable as error:
            if index >= least:
                break
            counted = None if demanded else _counted(build, facts, index, room)
            if counted is None:
                raise error.inside(f"item {index}", path) from error
            out.append(_fresh(build, counted, field, seen))
    return out


def _limited(facts: ArrayFacts) -> list[tuple[Contains, int]]:
    """Return each `contains` that has a maximum, with it."""
    return [(part, part.high) for part in facts.contains if part.high is not None]


def _counted(build: Build, facts: ArrayFacts, index: int, room: list[int]) -> Plan | None:
    """Return the plan of an item that counts for a `contains` which has room for it, if any."""
    limited = _limited(facts)
    spare = [number for number, left in enumerate(room) if left > 0]
    for chosen in (*((number,) for number in spare), spare):
        build.spend()
        demanded = (p.schema if n in chosen else p.outside for n, (p, _) in enumerate(limited))
        goal = _goal(facts, index, tuple(demanded))
        if chosen and prospect(build, goal, [LOOKS_MAX]) > HOPELESS:
            plan = build.planner.plan(goal)
            for number in chosen:
                room[number] -= 1
            return plan
    return None


def _length(build: Build, plan: Plan, field: str, demanded: int) -> int:
    """Return how many items to make."""
    facts = plan.facts.array
    prefix = max((len(part.prefix) for part in facts.tuples), default=0)
    least = max(facts.size.low, demanded)
    wanted = least
    if not build.is_sparse(plan):
        mentioned = min(_mentioned(build, plan, field, prefix), MENTIONED_ITEMS_MAX)
        usual = mentioned or 1 + int(build.rng.random() * USUAL_ITEMS_MAX)
        wanted = max(least, prefix or usual)
    return wanted if facts.size.high is None else min(wanted, facts.size.high)


def _mentioned(build: Build, plan: Plan, field: str, place: int) -> int:
    """Return how many different values for items the conversation offers."""
    if not build.mentions.any:
        return 0
    try:
        item = build.planner.plan(_goal(plan.facts.array, place, ()))
    except Unsatisfiable:
        return 0
    if item.values is not None:
        return build.mentions.count_of(text for text in item.values if isinstance(text, str))
    if item.facts.types and item.facts.types <= NUMBERS:
        return build.mentions.count_numbers(field)
    return build.mentions.count(field, build.pools.values.get(kind_of(field) or "", ()))


def _goal(facts: ArrayFacts, index: int, demanded: tuple[Schema, ...]) -> tuple[Schema, ...]:
    """Return all schemas that the item at a place must satisfy."""
    goal = [p.prefix[index] if index < len(p.prefix) else p.rest for p in facts.tuples]
    if demanded:
        # An item that `contains` speaks of is evaluated, so it is not left over.
        return (*goal, *demanded)
    if all(p.rest is True and index >= len(p.prefix) for p in facts.tuples):
        goal.append(facts.leftover)
    return (*goal, *_none_too_many(facts))


def _place(build: Build, facts: ArrayFacts) -> dict[int, tuple[Schema, ...]]:
    """Return which of the items must satisfy a `contains`, at the first place where it can."""
    placed: dict[int, tuple[Schema, ...]] = {}
    looks = [LOOKS_MAX]
    for part in facts.contains:
        for _ in range(part.low):
            index = _first_place(build, facts, part.schema, placed, looks)
            placed[index] = (*placed.get(index, ()), part.schema)
    gaps = range(max(placed, default=-1) + 1)
    return {index: placed.get(index, ()) for index in gaps}


def _first_place(
    build: Build,
    facts: ArrayFacts,
    schema: Schema,
    placed: dict[int, tuple[Schema, ...]],
    looks: list[int],
) -> int:
    """Return the first item that can satisfy a schema, a free one rather than one in use."""
    doubtful: int | None = None
    for index in _places(build, facts, schema, placed):
        build.spend()
        found = prospect(build, _goal(facts, index, (*placed.get(index, ()), schema)), looks)
        if found == SOUND:
            return index
        if found == DOUBTFUL and doubtful is None:
            doubtful = index
    if doubtful is None:
        raise Unsatisfiable("no item of the array can satisfy 'contains'")
    return doubtful


def _places(
    build: Build, facts: ArrayFacts, schema: Schema, placed: dict[int, tuple[Schema, ...]]
) -> list[int]:
    """Return the places where an item may satisfy a schema, in the order to try them."""
    end = build.limits.items_max if facts.size.high is None else facts.size.high
    prefix = max((len(part.prefix) for part in facts.tuples), default=0)
    free = [index for index in range(min(end, prefix + len(placed) + 1)) if index not in placed]
    places = free + [index for index in placed if schema not in placed[index]]
    if build.wary:
        build.rng.shuffle(places)
    return places


def _none_too_many(facts: ArrayFacts) -> tuple[Schema, ...]:
    """Return schemas that keep other items from adding to a `contains` with a maximum."""
    return tuple(part.outside for part, _ in _limited(facts))


def _fresh(build: Build, plan: Plan, field: str, seen: set[Hashable] | None) -> Json:
    """Return an item, one that is not there yet if items must differ."""
    if seen is None:
        return build.of(plan, field)
    for value in _attempts(build, plan, field, len(seen)):
        build.spend()
        key = equality_key(value)
        if key not in seen:
            seen.add(key)
            return value
    reason = f"uniqueItems: only {len(seen)} different items can be made"
    raise Unsatisfiable(reason, plan.facts.path)


def _attempts(build: Build, plan: Plan, field: str, made: int) -> Iterator[Json]:
    """Yield values of a plan: drawn ones, those of a list, variants, and more drawn ones."""
    facts = plan.facts
    is_listed = not facts.choices and (plan.values is not None or facts.types <= NUMBERS)
    for _ in range(0 if is_listed and made >= DRAWN_MAX else FRESH_TRIES):
        yield build.of(plan, field)
    if not facts.choices:
        yield from _variants(build, plan, field, made)
    for _ in range(0 if is_listed else LATE_TRIES):
        yield build.of(plan, field)


def _variants(build: Build, plan: Plan, field: str, made: int) -> Iterator[Json]:
    """Yield values of a plan in an order that begins after those already made."""
    types = plan.facts.types
    if plan.values is not None:
        yield from plan.values[made:] + plan.values[:made]
        return
    if types & NUMBERS:
        yield from plan.numbers().in_order(made)
    if "string" in types:
        text = build.text(plan, field)
        yield from build.texts(plan).marked(text, made + 1)
    if "boolean" in types:
        yield from (flag for flag in (True, False) if ("boolean", flag) not in plan.facts.barred)
