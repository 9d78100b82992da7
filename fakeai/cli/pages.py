"""The generated pages of docs/: config, stages, problems, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fakeai.cli.tree_pages import trees_page
from fakeai.engine.table import GENERATORS, STAGES, sections
from fakeai.spec.codes import catalogue
from fakeai.spec.schema import json_schema, spec_type

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

_MADE = "<!-- Made by `make docs`; a test fails when it is stale. -->\n"


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {
        "config.md": config_page(),
        "stages.md": stages_page(),
        "problems.md": problems_page(),
        "templates.md": trees_page(_MADE),
    }


def stages_page() -> str:
    """Return the page of all stages and generators, in the default order."""
    blocks = ["# Stages\n", _MADE]
    for title, table in (("The chain", STAGES), ("Generators", GENERATORS)):
        blocks.append(f"## {title}\n")
        for stage in table.values():
            lines = [f"### {stage.name}\n", stage.summary]
            if stage.config is not None:
                lines.append(f"\nSection: [`{stage.section_name}`](config.md#{stage.section_name})")
            if stage.reads or stage.writes:
                lines.append(f"\nReads {_names(stage.reads)}; writes {_names(stage.writes)}.")
            if stage.refuses:
                lines.append(f"\nRefuses with {_names(stage.refuses)}.")
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def problems_page() -> str:
    """Return the page of all problem codes."""
    blocks = ["# Problems\n", _MADE]
    for code, entry in catalogue().items():
        wrong, right = (f"```yaml\n{text.rstrip()}\n```" for text in (entry.wrong, entry.right))
        blocks.append(
            f"## {code}: {entry.title}\n\n{entry.meaning}\n\nWrong:\n\n{wrong}\n\n"
            f"Right:\n\n{right}\n\n{entry.advice}\n"
        )
    return "\n".join(blocks)


def config_page() -> str:
    """Return the page of every key of a spec."""
    schema = json_schema(spec_type(sections()))
    definitions = schema["$defs"]
    blocks = ["# The spec, key by key\n", _MADE]
    for name, section in schema["properties"].items():
        lines = [f"## {name}\n", section.get("description", "")]
        rows = list(_rows(section, definitions, "", 0))
        if rows:
            lines += ["\n| key | takes | default | meaning |", "|---|---|---|---|", *rows]
        elif "default" in section:
            lines.append(f"\nTakes {_takes(section, definitions)}; default {_json(section)}.")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _rows(schema: Schema, definitions: Schema, path: str, depth: int) -> Iterator[str]:
    """Yield a row for each key below a schema; what repeats itself is cut at a depth."""
    for option in _options(schema, definitions):
        for key, child in option.get("properties", {}).items():
            where = f"{path}.{key}".lstrip(".")
            yield (
                f"| `{where}` | {_takes(child, definitions)} | {_json(child)} "
                f"| {child.get('description', '')} |"
            )
            if depth < _DEPTH_MAX:
                yield from _rows(child, definitions, where, depth + 1)
        entries = option.get("additionalProperties")
        if isinstance(entries, dict) and depth < _DEPTH_MAX:
            yield from _rows(entries, definitions, f"{path}.*".lstrip("."), depth + 1)


_DEPTH_MAX = 6


def _options(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    """Yield the plain alternatives of a schema, references followed."""
    for option in schema.get("anyOf", [schema]):
        if "anyOf" in option and option is not schema:
            yield from _options(option, definitions)
        elif "$ref" in option:
            yield from _options(definitions[option["$ref"].rpartition("/")[2]], definitions)
        else:
            yield option


def _takes(schema: Schema, definitions: Schema) -> str:
    words: list[str] = []
    for option in _options(schema, definitions):
        unit = option.get("x-unit")
        if unit:
            word = f"a {unit}"
        elif "enum" in option:
            word = ", ".join(f"`{value}`" for value in option["enum"])
        elif option.get("description") == "A variable of `vars`." or option.get("type") == "null":
            continue
        else:
            word = str(option.get("type", "anything"))
        if word not in words:
            words.append(word)
    return " or ".join(words).replace("|", "\\|")


def _json(schema: Schema) -> str:
    if "default" not in schema:
        return ""
    text = msgspec.json.encode(schema["default"]).decode()
    return f"`{text}`".replace("|", "\\|")


def _names(names: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"
