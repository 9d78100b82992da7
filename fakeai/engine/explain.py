"""The compiled plan in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from fakeai.core.document import locate, plain
from fakeai.pipeline.recall import run_once
from fakeai.spec.schema import shape_of

if TYPE_CHECKING:
    from fakeai.core.document import Node
    from fakeai.engine.compile import CompiledEndpoint, Engine, PlannedStage


def explain(engine: Engine) -> str:
    """Return every route with its stages in order, and where in the YAML each came from."""
    loaded = engine.loaded
    head = [f"spec {loaded.name}", *(f"  {line}" for line in loaded.chain)]
    blocks = [_endpoint(engine, endpoint) for endpoint in engine.endpoints]
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"


def _endpoint(engine: Engine, endpoint: CompiledEndpoint) -> str:
    row = endpoint.row
    place = locate(engine.loaded.node, ["endpoints", endpoint.name])
    when = f" with {row.when.header}" if row.when else ""
    lines = [f"{row.route}{when}  ({endpoint.name}, {place.key_place or place.place})"]
    files = f"  protocol {row.protocol}, generate {row.generate or 'nothing'}"
    files += f", streams {engine.dialects[row.protocol].framing}" if endpoint.files.stream else ""
    lines.append(files)
    once = run_once([(planned.stage, planned.steps) for planned in endpoint.stages])
    running = [planned for planned in endpoint.stages if planned.steps is not None]
    for number, planned in enumerate(running, 1):
        lines.append(f"  {number:>2}. {_stage(engine, endpoint, planned)}")
        if planned.stage.name in once:
            lines.append(f"        {'':<12} runs once for equal bodies of one caller")
    away = [_away(planned) for planned in endpoint.stages if planned.steps is None]
    if away:
        lines.append(f"   -  compiled away: {', '.join(away)}")
    return "\n".join(lines)


def _stage(engine: Engine, endpoint: CompiledEndpoint, planned: PlannedStage) -> str:
    stage = planned.stage
    statuses = engine.dialects[endpoint.row.protocol].statuses
    refusals = ", ".join(f"{statuses[kind]} {kind}" for kind in stage.refuses)
    text = f"{stage.name:<12} {stage.summary}"
    if refusals:
        text += f"\n        {'':<12} refuses with {refusals}"
    return f"{text}\n        {'':<12} {_origin(engine, endpoint, planned)}"


def _origin(engine: Engine, endpoint: CompiledEndpoint, planned: PlannedStage) -> str:
    """Where the stage was ordered, and where its section stands, if it has one."""
    stage, node = planned.stage, engine.loaded.node
    generator = stage.name == endpoint.row.generate
    order = engine.loaded.spec.pipeline
    name = "generate" if generator else stage.name
    item = locate(node, ["pipeline", order.index(name)])
    origin = f"pipeline {item.place}"
    if generator:
        origin += f", row {locate(node, ['endpoints', endpoint.name, 'generate']).place}"
    elif stage.config is not None:
        section = locate(node, [stage.section_name])
        if section is not node:
            return f"{origin}, {stage.section_name} {section.key_place or section.place}"
        return f"{origin}, {stage.section_name} by default"
    return origin


def _away(planned: PlannedStage) -> str:
    return f"{planned.stage.name} (skipped by the row)" if planned.skipped else planned.stage.name


def explain_path(engine: Engine, path: str) -> str | None:
    """Return what stands at a path such as `server.port`, or its default, and where from."""
    node = engine.loaded.node
    steps = _steps(node, path)
    if steps is None:
        return _by_default(engine, path)
    found = locate(node, steps)
    value = msgspec.json.format(msgspec.json.encode(plain(found)), indent=2).decode()
    return f"{path} = {value}\n  from {found.key_place or found.place}"


def _steps(node: Node, path: str) -> list[str | int] | None:
    """Return a path's steps; names may have dots in them, so the longest name that fits wins."""
    if not path:
        return []
    if isinstance(node.value, list):
        match = re.match(r"\[?(\d+)\]?\.?(.*)", path)
        if match is None or int(match[1]) >= len(node.value):
            return None
        rest = _steps(node.value[int(match[1])], match[2])
        return None if rest is None else [int(match[1]), *rest]
    for name in sorted(node.children, key=len, reverse=True):
        if path == name or path.startswith((f"{name}.", f"{name}[")):
            rest = _steps(node.children[name], path[len(name) :].removeprefix("."))
            if rest is not None:
                return [name, *rest]
    return None


def _by_default(engine: Engine, path: str) -> str | None:
    """Return what a key that nobody wrote comes to, if the spec's language has it there."""
    shape = shape_of(type(engine.loaded.spec))
    node, schema, rest = engine.loaded.node, shape.schema, path
    while names := [name for name in node.children if rest.startswith(f"{name}.")]:
        name = max(names, key=len)
        inner = shape.child(schema, node.value, name)
        if inner is None:
            return None
        node, schema, rest = node.children[name], inner, rest[len(name) + 1 :]
    for key in rest.split("."):
        declared = [option.get("properties", {}).get(key) for option in shape.options(schema)]
        found = next((each for each in declared if each is not None), None)
        if found is None:
            return None
        schema = found
    default = "nothing"
    if "default" in schema:
        default = msgspec.json.format(msgspec.json.encode(schema["default"]), indent=2).decode()
    return f"{path} = {default}\n  by default. {schema.get('description', '')}".rstrip()
