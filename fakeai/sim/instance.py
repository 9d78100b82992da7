"""Instances: values that a JSON Schema allows, or why there are none."""

from __future__ import annotations

from copy import deepcopy
from math import isfinite
from typing import TYPE_CHECKING, Final

import jsonschema_rs

from fakeai.core.rng import Rng
from fakeai.sim.instance_build import Build, Setting
from fakeai.sim.instance_document import Schema, SchemaDocument
from fakeai.sim.instance_limits import (
    LIMITS,
    InvalidSchema,
    Limits,
    StepsSpentError,
    Unsatisfiable,
)
from fakeai.sim.instance_plan import Planner
from fakeai.sim.mentions import Mentions
from fakeai.sim.pools import BUILT_IN, Pools

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from fakeai.core.document import Json

__all__ = ["LIMITS", "InvalidSchema", "Limits", "Maker", "Unsatisfiable", "compile_instance"]

BACKTRACKS_MAX: Final = 100_000
"""Steps of the validator's regex engine in one text."""
VALUE_CHARS: Final = 4
"""What a value counts for, however short it is written."""
MESSAGE_MAX: Final = 300
DRAFTS: Final = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
REFUSALS_MAX: Final = 4
"""Searches without any result, after which a schema is given up."""
Validators = tuple[jsonschema_rs.Validator, ...]
PLAIN_ATTEMPTS: Final = 2
"""Attempts made in the usual order, before others are tried."""


class Maker:
    """Makes instances of one schema."""

    __slots__ = ("_root", "_sample", "_setting", "_validators")

    def __init__(self, schema: Schema, setting: Setting, validators: Validators) -> None:
        """Make one instance at once, so that a schema without any is refused early."""
        self._root = (schema,)
        self._setting = setting
        self._validators = validators
        self._sample = self._attempt(Rng(0).stream("sample", 0), Mentions())

    def make(self, rng: Random, *context: str) -> Json:
        """Return an instance that takes values from a conversation.

        The passage of the `context` that counts most is the first one.
        """
        left = self._setting.limits.context_chars_max
        kept = []
        for passage in context:
            kept.append(passage[:left])
            left -= len(kept[-1])
        try:
            return self._attempt(rng, Mentions(*kept))
        except Unsatisfiable:
            # Chance found none this time; the first one that was found is always right.
            return deepcopy(self._sample)

    def _attempt(self, rng: Random, mentions: Mentions) -> Json:
        """Return an instance that the validator accepts."""
        build = Build(self._setting, rng, mentions)
        failure: Unsatisfiable | None = None
        refusals = 0
        for number in range(self._setting.limits.attempts_max):
            build.wary = number >= PLAIN_ATTEMPTS
            build.bare = number % 2 == 1 and number > PLAIN_ATTEMPTS
            try:
                value = build.value(self._root, "")
            except StepsSpentError:
                raise failure or _too_much(self._setting.limits) from None
            except Unsatisfiable as error:
                failure = failure or error
                refusals += 1
                if refusals >= REFUSALS_MAX:
                    break
            else:
                fault = self._fault(value)
                if fault is None:
                    return value
                failure = failure or fault
            build.start_over()
        raise failure or Unsatisfiable("no instance was found")

    def _fault(self, value: Json) -> Unsatisfiable | None:
        """Return what a validator has against an instance, if anything."""
        for validator in self._validators:
            if not validator.is_valid(value):
                message = next(validator.iter_errors(value)).message[:MESSAGE_MAX]
                return Unsatisfiable(f"no instance was found; the nearest one fails: {message}")
        return None


def _too_much(limits: Limits) -> Unsatisfiable:
    return Unsatisfiable(
        f"an instance needs more than {limits.steps_max} steps or {limits.values_max} values"
    )


def compile_instance(schema: Schema, *, limits: Limits = LIMITS, pools: Pools = BUILT_IN) -> Maker:
    """Return a maker; raise InvalidSchema or Unsatisfiable where there is nothing to make.

    Formats are kept to wherever they can be; one of which no text has the length and the pattern
    that the schema demands is refused. Where no text of a format is found, or a listed value is
    none, the format is read as JSON Schema reads it, as an annotation.
    """
    has_format = _measure(schema, limits)
    plain = _validator(schema, formats=False)
    if not has_format:
        return Maker(schema, _setting(schema, limits, pools), (plain,))
    strict = _validator(schema, formats=True)
    try:
        return Maker(schema, _setting(schema, limits, pools), (strict, plain))
    except Unsatisfiable as error:
        try:
            return Maker(schema, _setting(schema, limits, pools), (plain,))
        except Unsatisfiable:
            raise error from None


def _setting(schema: Schema, limits: Limits, pools: Pools) -> Setting:
    return Setting(Planner(SchemaDocument(schema)), pools, limits)


def _measure(schema: Json, limits: Limits) -> bool:
    """Tell whether a schema has formats; refuse one too large or deep, before anything walks it."""
    has_format = False
    left = limits.schema_chars_max
    level, depth = [schema], 0
    while level:
        names = [name for node in level if isinstance(node, dict) for name in node]
        texts = [node for node in level if isinstance(node, str)]
        left -= sum(map(len, names)) + sum(map(len, texts)) + VALUE_CHARS * len(level)
        if depth > limits.schema_depth_max:
            raise InvalidSchema(f"nested deeper than {limits.schema_depth_max} levels")
        if left < 0:
            raise InvalidSchema(f"larger than {limits.schema_chars_max} characters")
        if any(isinstance(node, float) and not isfinite(node) for node in level):
            raise InvalidSchema("a number is not finite")
        has_format |= "format" in names
        level, depth = [part for node in level for part in _parts(node)], depth + 1
    return has_format


def _parts(node: Json) -> Iterable[Json]:
    """Return the values inside a value."""
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _validator(schema: Schema, *, formats: bool) -> jsonschema_rs.Validator:
    """Return the validator that has the last word; it never fetches anything."""
    if isinstance(schema, dict) and not _is_known(schema.get("$schema")):
        schema = {key: value for key, value in schema.items() if key != "$schema"}
    try:
        return jsonschema_rs.validator_for(
            schema,
            validate_formats=formats,
            retriever=_refuse,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS_MAX),
        )
    except jsonschema_rs.ValidationError as error:
        path = "".join(f"/{part}" for part in error.instance_path)
        raise InvalidSchema(error.message[:MESSAGE_MAX], path) from error
    except (jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
        raise InvalidSchema(str(error)[:MESSAGE_MAX]) from error


def _is_known(dialect: Json) -> bool:
    """Tell whether the validator knows a dialect of JSON Schema."""
    return isinstance(dialect, str) and any(f"/{draft}/schema" in dialect for draft in DRAFTS)


def _refuse(uri: str) -> Json:
    """Refuse to fetch: a schema that a stranger sends must not make the server call anyone."""
    raise ValueError(f"{uri} is not part of the schema")
