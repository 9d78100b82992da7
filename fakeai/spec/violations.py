"""Violations: every breach of a schema, with its cause and a way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from fakeai.core.document import path_text
from fakeai.core.nearest import did_you_mean, listed, near_misses
from fakeai.core.scalar import plain_scalar
from fakeai.spec.shape import Path, Schema, Shape, admits, kind_of, tag_of
from fakeai.spec.wording import (
    expected,
    got,
    plain_text,
    quantity_hint,
    shown,
    such_as,
    unit_hint,
    with_unit,
    yaml_word,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from jsonschema.exceptions import ValidationError

# As for msgspec, 1.0 is no integer: a spec that says it means a number.
_Validator: Final = extend(  # type: ignore[no-untyped-call] # the stubs leave it untyped
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)
_ZERO: Final = re.compile(r"[0_]+(\.0+)?[A-Za-z]*")
_LIMITS: Final = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "greater than",
    "exclusiveMaximum": "less than",
}
_AMOUNTS: Final = {
    "minItems": ("at least", "entry", "entries"),
    "maxItems": ("at most", "entry", "entries"),
    "minLength": ("at least", "character", "characters"),
    "maxLength": ("at most", "character", "characters"),
    "minProperties": ("at least", "entry", "entries"),
    "maxProperties": ("at most", "entry", "entries"),
}
#: What YAML 1.1 took for a boolean, and people still write.
_BOOLEANS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class Violation(NamedTuple):
    """One breach; `path` ends at the value, or at the key when the key is what is wrong."""

    code: str
    path: Path
    message: str
    hint: str | None = None
    replacement: str | None = None
    at_key: bool = False


def violations(value: object, shape: Shape) -> list[Violation]:
    """Return every breach of the shape's schema, each once."""
    found = _Explainer(shape).breaches(value, shape.schema, ())
    return list(dict.fromkeys(found))


class _Explainer:
    """Turns validation errors into violations, down to the option that was meant."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def breaches(self, value: Any, schema: Schema, path: Path) -> Iterator[Violation]:
        """Yield what is wrong with a value that should satisfy `schema`."""
        validator = _Validator({**schema, "$defs": self._shape.defs})
        for error in validator.iter_errors(value):
            yield from self._explain(error, (*path, *error.absolute_path))

    def _explain(self, error: ValidationError, path: Path) -> Iterator[Violation]:
        schema: Any = error.schema
        value: Any = error.instance
        keyword = str(error.validator)
        if "propertyNames" in error.absolute_schema_path:
            yield _unknown_key(value, schema["enum"], path)
        elif keyword == "anyOf":
            yield from self._union(value, schema, path)
        elif keyword == "additionalProperties":
            yield from self._unknown_keys(value, schema, path)
        elif keyword == "required":
            for key in schema["required"]:
                if key not in value:
                    hint = _about(schema, key)
                    yield Violation("FA012", path, f"missing key `{key}`", hint, at_key=True)
        else:
            yield _breach(keyword, value, schema, path)

    def _union(self, value: Any, schema: Schema, path: Path) -> Iterator[Violation]:
        options = self._shape.meant(schema, value)
        if len(options) == 1 and "enum" in options[0]:
            yield _unknown_word(value, self._shape.options(schema), path)
        elif len(options) == 1:
            yield from self.breaches(value, options[0], path)
        elif not options:
            yield _wrong_type(value, self._shape.options(schema), path)
        elif isinstance(value, dict):
            yield _wrong_tag(value, options, path)
        else:
            yield _no_option(value, options, path)

    def _home(self, key: str, schema: Schema, path: Path) -> str | None:
        """Return where else a key is declared: it may only stand one map too high or too low."""
        here = path_text(path)
        homes = self._shape.homes(key)
        if "x-tag" in schema and any(_matches(home, here) for home in homes):
            return f"a map with another `{schema['x-tag']}` has it"
        elsewhere = [f"`{home}`" for home in homes if not _matches(home, here)]
        return f"it belongs in {' or '.join(elsewhere[:3])}" if elsewhere else None

    def _unknown_keys(self, value: Any, schema: Schema, path: Path) -> Iterator[Violation]:
        known = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        for key in value:
            if key in known or any(re.search(pattern, key) for pattern in patterns):
                continue
            yield _unknown_key(key, known, path, self._home(key, schema, path))


def _unknown_key(
    key: str, known: Collection[str], path: Path, home: str | None = None
) -> Violation:
    near = near_misses(key, known)
    hint = did_you_mean(near) or home or f"known keys: {listed(known)}"
    message = f"unknown key `{key}`"
    return Violation("FA010", (*path, key), message, hint, _only(near), at_key=True)


def _breach(keyword: str, value: Any, schema: Schema, path: Path) -> Violation:
    """Return what is wrong with a single value."""
    if keyword == "type":
        return _wrong_type(value, [schema], path)
    if keyword == "enum":
        return _unknown_word(value, [schema], path)
    if keyword == "pattern":
        return _wrong_form(value, schema, path)
    if keyword in _LIMITS:
        message = f"must be {_LIMITS[keyword]} {schema[keyword]}, got {value}"
        return Violation("FA022", path, message)
    if keyword in _AMOUNTS:
        return _wrong_amount(keyword, value, schema[keyword], path)
    return Violation("FA024", path, f"not allowed here ({keyword})")


def _about(schema: Schema, key: str) -> str | None:
    entry = schema.get("properties", {}).get(key, {})
    if entry.get("enum"):
        return f"it is {expected([entry])}"
    return f"`{key}`: {entry['description']}" if "description" in entry else None


def _wrong_type(value: Any, options: list[Schema], path: Path) -> Violation:
    unit = next((option["x-unit"] for option in options if "x-unit" in option), None)
    if unit in {"duration", "size"} and kind_of(value) in {"integer", "number"}:
        message = f"a {unit} needs a unit, got {got(value)}"
        return Violation("FA020", path, message, unit_hint(value, unit))
    message = f"expected {expected(options)}, got {got(value)}"
    hint, replacement = _mend(value, options)
    return Violation("FA011", path, message, hint, replacement)


def _mend(value: Any, options: list[Schema]) -> tuple[str | None, str | None]:
    """Return the way out of a common slip, and the text that mends it."""
    wanted = {option.get("type") for option in options}
    if value is None:
        return "`null` deletes what a parent has; here there is nothing to delete", None
    if "object" in wanted and value is True:
        return "`{}` switches it on with its defaults", "{}"
    if "array" in wanted and isinstance(value, (str, int)):
        return f"a list of one is written `[{value}]`" if len(str(value)) < 30 else None, None
    if isinstance(value, str):
        meaning = _meaning(value)
        if any(admits(option, kind_of(meaning)) for option in options) and meaning is not None:
            return f"without quotes it is {got(meaning)}", plain_text(meaning)
        if "boolean" in wanted and value.lower() in _BOOLEANS:
            word = _BOOLEANS[value.lower()]
            return f"did you mean `{word}`?", word
    if "string" in wanted and isinstance(value, (bool, int, float)):
        return "in quotes it is a string", f'"{plain_text(value)}"'
    return None, None


def _meaning(text: str) -> object:
    try:
        return plain_scalar(text)
    except ValueError:
        return text


def _unknown_word(value: Any, options: list[Schema], path: Path) -> Violation:
    if isinstance(value, (dict, list)):
        return _wrong_type(value, options, path)
    words = [str(word) for option in options for word in option.get("enum", ())]
    near = near_misses(str(value), words) if isinstance(value, str) else []
    message = f"expected {expected(options)}, got {shown(value)}"
    return Violation("FA023", path, message, did_you_mean(near), _only(near))


def _wrong_form(value: str, option: Schema, path: Path) -> Violation:
    unit = option.get("x-unit")
    if "x-above-zero" in option and _ZERO.fullmatch(value):
        return Violation("FA022", path, f"must be more than nothing, got {shown(value)}")
    if unit is None:
        what = option.get("x-form", "a text of the right form")
        return Violation("FA024", path, f"expected {what}{such_as(option)}, got {shown(value)}")
    if unit != "count" and value.replace("_", "").replace(".", "", 1).isdigit():
        message = f"a {unit} needs a unit, got {shown(value)}"
        return Violation("FA020", path, message, unit_hint(value, unit))
    mended = with_unit(value, unit)
    hint = did_you_mean([mended]) if mended else quantity_hint(unit)
    return Violation("FA021", path, f"{shown(value)} is not a {unit}", hint, mended)


def _wrong_amount(keyword: str, value: Any, limit: int, path: Path) -> Violation:
    words, one, many = _AMOUNTS[keyword]
    message = f"must have {words} {limit} {one if limit == 1 else many}, has {len(value)}"
    return Violation("FA015", path, message, at_key=True)


def _wrong_tag(value: dict[str, Any], options: list[Schema], path: Path) -> Violation:
    tag = options[0].get("x-tag", "")
    tags = [
        known
        for option in options
        if (known := tag_of(option)) is not None and known != option.get("x-untagged")
    ]
    if tag not in value:
        return Violation(
            "FA012", path, f"missing key `{tag}`", f"it is one of {listed(tags)}", at_key=True
        )
    return _unknown_word(value[tag], [{"enum": tags}], (*path, tag))


def _no_option(value: Any, options: list[Schema], path: Path) -> Violation:
    """Several kinds of text are allowed, and this is none of them."""
    words = [option for option in options if "enum" in option]
    if words and (len(words) == len(options) or near_misses(str(value), words[0]["enum"])):
        return _unknown_word(value, words, path)
    message = f"expected {expected(options)}, got {shown(value)}"
    return Violation("FA024", path, message)


def _matches(home: str, path: str) -> bool:
    """Tell whether a path is one of those that a declared path with `*` stands for."""
    pattern = re.escape(home).replace(r"\*", ".*")
    return re.fullmatch(pattern, path) is not None


def _only(near: list[str]) -> str | None:
    return yaml_word(near[0]) if len(near) == 1 else None
