"""Building: one instance, with a step back where a choice fails."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fakeai.sim.instance_array import make_array
from fakeai.sim.instance_facts import TYPES
from fakeai.sim.instance_limits import StepsSpentError, Unsatisfiable
from fakeai.sim.instance_object import make_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from fakeai.core.document import Json
    from fakeai.sim.instance_document import Schema
    from fakeai.sim.instance_limits import Limits
    from fakeai.sim.instance_plan import Plan, Planner
    from fakeai.sim.instance_text import TextMaker
    from fakeai.sim.mentions import Mentions
    from fakeai.sim.pools import Pools

NULL_CHANCE: Final = 0.1
"""How often a value that may be null is null."""
NO_BRANCH: Final = "no alternative works"
CONTAINER_FRAMES: Final = 6
CHOICE_FRAMES: Final = 3
FRAMES_MAX: Final = 500
"""Calls inside each other that building may take of the interpreter's 1,000."""
SPARSE_VALUES: Final = 2_000
"""Values after which optional parts are left out."""
SPARSE_DEPTH: Final = 12
"""Containers inside each other, after which optional parts are left out."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all instances of a schema have in common."""

    planner: Planner
    pools: Pools
    limits: Limits


class Build:
    """The making of one instance."""

    def __init__(self, setting: Setting, rng: Random, mentions: Mentions) -> None:
        """Start with a full budget and an empty instance."""
        self.planner = setting.planner
        self.pools = setting.pools
        self.limits = limits = setting.limits
        self.rng = rng
        self.mentions = mentions
        self.wary = False
        """Whether to stray from the usual order, and to exclude the other branches of `oneOf`."""
        self.bare = False
        """Whether all optional parts are left out."""
        self._steps_left = limits.steps_max
        self._cost_before = self.planner.cost
        self.start_over()

    def start_over(self) -> None:
        """Begin another instance, on what is left of the steps."""
        limits = self.limits
        self.mentions.start_over()
        self.depth = 0
        self._choices = 0
        self._values_left = limits.values_max
        self._chars_left = limits.chars_max
        self._open: Counter[Plan] = Counter()
        self._hopeless: dict[Plan, tuple[int, Unsatisfiable]] = {}

    def spend(self, steps: int = 1) -> None:
        """Count work done."""
        self._steps_left -= steps
        if self._steps_left < self.planner.cost - self._cost_before:
            raise StepsSpentError

    def is_sparse(self, plan: Plan) -> bool:
        """Tell whether optional parts are left out, so that the instance comes to an end."""
        made = self.limits.values_max - self._values_left
        return (
            self.bare
            or self._open[plan] > self.limits.recursion_max
            or self.depth > SPARSE_DEPTH
            or made > SPARSE_VALUES
        )

    def value(self, goal: tuple[Schema, ...], field: str) -> Json:
        """Return a value that satisfies all schemas of a goal."""
        return self.of(self.planner.plan(goal), field)

    def of(self, plan: Plan, field: str) -> Json:
        """Return a value of a plan; `field` is the name of the property it is for."""
        self.spend()
        if plan.facts.choices:
            return self._choose(plan, field)
        self._values_left -= 1
        if self._values_left < 0:
            raise StepsSpentError
        if plan.values is not None:
            return self._listed(plan.values, field)
        kinds = plan.kinds()
        if not kinds:
            raise Unsatisfiable("no type is left", plan.facts.path)
        if self.wary:
            self.rng.shuffle(kinds)
        if "null" in kinds and 1 < len(kinds) < len(TYPES) and self._prefers_null(plan):
            return None
        return self._first_that_works(plan, kinds, field)

    def _prefers_null(self, plan: Plan) -> bool:
        return self.is_sparse(plan) or self.rng.random() < NULL_CHANCE

    def _first_that_works(self, plan: Plan, kinds: list[str], field: str) -> Json:
        """Return a value of the first type that the facts allow."""
        failure: Unsatisfiable | None = None
        for kind in kinds:
            try:
                return MAKERS[kind](self, plan, field)
            except Unsatisfiable as error:
                failure = failure or error
        raise failure or Unsatisfiable("no type is left", plan.facts.path)

    def _listed(self, values: list[Json], field: str) -> Json:
        """Return a listed value, one that the conversation mentions if there is one."""
        if self.mentions.any and len(values) > 1:
            texts = [value for value in values if isinstance(value, str)]
            named = self.mentions.first_of(texts, field)
            if named is not None:
                return named
            numbers = [value for value in values if type(value) in {int, float}]
            for number in self.mentions.numbers(field, None) if numbers else ():
                if number in numbers:
                    return number
        return deepcopy(values[int(self.rng.random() * len(values))])

    def _choose(self, plan: Plan, field: str) -> Json:
        """Return a value of the first branch that leads to one."""
        failed = self._hopeless.get(plan)
        room = self.limits.depth_max - self.depth
        if failed is not None and failed[0] >= room:
            raise failed[1]
        self._choices += 1
        self._open[plan] += 1
        try:
            return self._first_branch(plan, field)
        except Unsatisfiable as error:
            self._hopeless[plan] = (room, error)
            raise
        finally:
            self._choices -= 1
            self._open[plan] -= 1

    def _first_branch(self, plan: Plan, field: str) -> Json:
        choice = plan.facts.choices[0]
        failure: Unsatisfiable | None = None
        if CONTAINER_FRAMES * self.depth + CHOICE_FRAMES * self._choices > FRAMES_MAX:
            raise Unsatisfiable("alternatives are nested too deep", choice.path)
        for index in self._order(plan):
            self.spend()
            try:
                return self.of(self.planner.branch(plan, index, alone=self.wary), field)
            except Unsatisfiable as error:
                failure = failure or error
        if failure is not None and failure.reason.startswith(NO_BRANCH):
            raise failure
        reason = "there is none" if failure is None else f"the first one tried: {failure.reason}"
        raise Unsatisfiable(f"{NO_BRANCH}; {reason}", choice.path)

    def _order(self, plan: Plan) -> list[int]:
        """Return the order in which the branches of the first choice are tried."""
        choice = plan.facts.choices[0]
        indexes = list(range(len(choice.branches)))
        if choice.ordered and not self.wary:
            return indexes
        self.rng.shuffle(indexes)
        if self.is_sparse(plan):
            return sorted(indexes, key=lambda index: _weight(choice.branches[index]))
        if self.rng.random() >= NULL_CHANCE:
            indexes.sort(key=lambda index: choice.branches[index] == {"type": "null"})
        if self.mentions.any:
            indexes.sort(key=lambda index: not self._speaks_of(choice.branches[index]))
        return indexes

    def _speaks_of(self, branch: Schema) -> bool:
        """Tell whether the conversation mentions the constant that marks a branch."""
        properties: Any = branch.get("properties", {}) if isinstance(branch, dict) else {}
        marks = [s.get("const") for s in properties.values() if isinstance(s, dict)]
        return any(isinstance(mark, str) and self.mentions.speaks_of(mark) for mark in marks)

    def texts(self, plan: Plan) -> TextMaker:
        """Return the maker of a plan's strings."""
        return plan.texts(self.pools, self.planner.searches)

    def text(self, plan: Plan, field: str) -> str:
        """Return a string."""
        if plan.facts.text.size.low > self._chars_left:
            raise Unsatisfiable(
                f"minLength {plan.facts.text.size.low} is over the limit of"
                f" {self.limits.chars_max} characters",
                plan.facts.path,
            )
        text = self.texts(plan).make(self.rng, self.mentions, field)
        self._chars_left -= len(text)
        return text

    def container(self, plan: Plan, field: str, make: Callable[..., Json]) -> Json:
        """Return an object or an array, unless it would be nested too deep."""
        room = self.limits.depth_max - self.depth
        failed = self._hopeless.get(plan)
        if failed is not None and failed[0] >= room:
            raise failed[1]
        if room <= 0:
            raise Unsatisfiable(
                f"the schema needs values nested deeper than {self.limits.depth_max} levels",
                plan.facts.path,
            )
        self.depth += 1
        self._open[plan] += 1
        try:
            return make(self, plan, field)
        except Unsatisfiable as error:
            self._hopeless[plan] = (room, error)
            raise
        finally:
            self.depth -= 1
            self._open[plan] -= 1


def _weight(branch: Schema) -> int:
    """Return how likely a branch is to lead deeper."""
    if not isinstance(branch, dict):
        return 1
    if "$ref" in branch or "allOf" in branch or branch.get("required"):
        return 3
    return 2 if branch.get("type") in ("array", "object") else 0


def _flag(build: Build, plan: Plan, field: str) -> Json:
    """Return a boolean, as the conversation wants it."""
    wanted = build.mentions.flag(field) if build.mentions.any else None
    barred = plan.facts.barred
    options = [flag for flag in (True, False) if ("boolean", flag) not in barred]
    if not options:
        raise Unsatisfiable("both booleans are excluded", plan.facts.path)
    return wanted if wanted in options else options[int(build.rng.random() * len(options))]


def _nothing(_: Build, plan: Plan, __: str) -> None:
    """Return null."""
    if ("null", None) in plan.facts.barred:
        raise Unsatisfiable("null is excluded", plan.facts.path)


def _number(build: Build, plan: Plan, field: str) -> Json:
    """Return a number."""
    return plan.numbers().make(build.rng, build.mentions, field)


MAKERS: Final[dict[str, Callable[[Build, Plan, str], Json]]] = {
    "null": _nothing,
    "boolean": _flag,
    "integer": _number,
    "fraction": _number,
    "string": Build.text,
    "array": lambda build, plan, field: build.container(plan, field, make_array),
    "object": lambda build, plan, field: build.container(plan, field, make_object),
}
