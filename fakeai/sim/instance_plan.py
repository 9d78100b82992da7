"""Plans: merged facts of each group of schemas, worked out once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.instance_facts import TYPES, Facts, equality_key, exact, type_of
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_merge import absorb
from fakeai.sim.instance_number import NumberMaker
from fakeai.sim.instance_text import TextMaker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Json
    from fakeai.sim.instance_document import Schema, SchemaDocument
    from fakeai.sim.pools import Pools

PLAN_STEPS: Final = 8
"""What making a plan costs, in steps of building."""
PLANS_MAX: Final = 5_000
"""Plans that one schema may keep; over that, all are forgotten and made anew."""

SEARCHES_MAX: Final = 8
"""Searches for a format under conditions, of up to 50 ms each; further formats are annotations."""


class Plan:
    """What is known of one value, and the makers of the types that it may have."""

    __slots__ = ("_kinds", "_numbers", "_texts", "branches", "facts", "goal", "members", "values")

    def __init__(self, facts: Facts, goal: tuple[Schema, ...]) -> None:
        """`goal` keeps the schemas alive by whose identity the plan is found."""
        self.facts = facts
        self.goal = goal
        self.branches: dict[tuple[int, bool], Plan | Unsatisfiable] = {}
        self.members: list[tuple[str, Plan]] | None = None
        self.values = None if facts.values is None else self._allowed(facts.values)
        self._kinds: list[str] | None = None
        self._numbers: NumberMaker | None = None
        self._texts: TextMaker | None = None
        if self.values is not None and not self.values and not facts.choices:
            raise Unsatisfiable("none of the listed values is allowed", facts.path)

    def _allowed(self, values: list[Json]) -> list[Json]:
        """Return the listed values that the other keywords allow, as far as it shows here."""
        facts = self.facts
        return [
            value
            for value in values
            if type_of(value) in facts.types
            and (not facts.barred or equality_key(value) not in facts.barred)
            and self._is_within(value)
        ]

    def _is_within(self, value: Json) -> bool:
        """Tell whether bounds allow a listed number or text."""
        if isinstance(value, str):
            return self.facts.text.size.allows(len(value))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        return self.facts.number.allows(exact(value))

    def numbers(self) -> NumberMaker:
        """Return the maker of numbers."""
        if self._numbers is None:
            self._numbers = NumberMaker(self.facts)
        return self._numbers

    def texts(self, pools: Pools, searches: Iterator[int]) -> TextMaker:
        """Return the maker of strings, which may take one of the searches for a format."""
        if self._texts is None:
            self._texts = TextMaker(self.facts, pools, searches)
        return self._texts

    def kinds(self) -> list[str]:
        """Return the types to try, those first of which the schema speaks."""
        if self._kinds is None:
            self._kinds = self._spoken_first()
        return self._kinds.copy()

    def _spoken_first(self) -> list[str]:
        facts = self.facts
        array, members = facts.array, facts.object
        spoken = {
            "object": bool(members.members or members.required or members.names)
            or members.size.low > 0,
            "array": bool(array.tuples or array.contains) or array.size.low > 0,
            "integer": facts.number.low is not None or facts.number.high is not None,
            "string": bool(facts.text.patterns or facts.text.formats) or facts.text.size.low > 0,
        }
        return sorted(
            (kind for kind in TYPES if kind in facts.types),
            key=lambda kind: not spoken.get(kind, False),
        )


class Planner:
    """Finds the plan of a goal: schemas that one value must satisfy together."""

    def __init__(self, document: SchemaDocument) -> None:
        """Start with no plans."""
        self._document = document
        self._plans: dict[tuple[int, ...], Plan | Unsatisfiable] = {}
        self._kept: list[tuple[Schema, ...]] = []
        self._made = 0
        self.searches = iter(range(SEARCHES_MAX))
        """Searches for texts of a format that one schema may still have."""
        self.cost = 0
        """Steps that making plans has taken so far."""

    def plan(self, goal: tuple[Schema, ...]) -> Plan:
        """Return a goal's plan; raise Unsatisfiable if its schemas contradict each other."""
        key = tuple(map(id, goal))
        found = self._plans.get(key)
        if found is None:
            found = self._make(goal)
            self._keep()
            self._plans[key] = found
            self._kept.append(goal)
        if isinstance(found, Unsatisfiable):
            raise found
        return found

    def _make(self, goal: tuple[Schema, ...]) -> Plan | Unsatisfiable:
        facts = Facts()
        try:
            for schema in goal:
                absorb(self._document, facts, schema)
            return Plan(facts, goal)
        except Unsatisfiable as error:
            return error

    def branch(self, plan: Plan, index: int, *, alone: bool) -> Plan:
        """Return the plan in which the first open choice is made.

        `alone` adds that the value satisfies none of the other branches, where the choice
        is exclusive: it is seldom needed, and makes the plan much larger.
        """
        found = plan.branches.get((index, alone))
        if found is None:
            self._keep()
            found = plan.branches[index, alone] = self._take(plan, index, alone=alone)
        if isinstance(found, Unsatisfiable):
            raise found
        return found

    def _take(self, plan: Plan, index: int, *, alone: bool) -> Plan | Unsatisfiable:
        facts = plan.facts.copy()
        choice, *left = facts.choices
        facts.choices = tuple(left)
        facts.path = choice.path
        try:
            absorb(self._document, facts, choice.branches[index])
            if alone and choice.exclusive:
                others = [b for i, b in enumerate(choice.branches) if i != index]
                absorb(self._document, facts, {"allOf": [{"not": other} for other in others]})
            self._look_ahead(facts, known=len(plan.facts.object.members))
            return Plan(facts, plan.goal)
        except Unsatisfiable as error:
            return error

    def _look_ahead(self, facts: Facts, known: int) -> None:
        """Refuse a branch at once if it contradicts what is known of a required property.

        Found later, while properties are built, it would cost all choices made since.
        """
        members = facts.object
        if facts.types != {"object"}:
            return
        for added in members.members[known:]:
            for name in added.named:
                if name in members.required:
                    self.plan(members.goal(name))

    def _keep(self) -> None:
        """Count one plan more; with too many, forget them all."""
        self._made += 1
        self.cost += PLAN_STEPS
        if self._made > PLANS_MAX:
            self._made = 0
            self._plans.clear()
            self._kept.clear()
