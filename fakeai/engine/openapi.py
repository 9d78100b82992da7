"""The OpenAPI description of what was compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.pipeline.streaming import MEDIA_TYPES

if TYPE_CHECKING:
    from fakeai.engine.compile import CompiledEndpoint, Engine

Schema = Any

#: Parts of a schema file whose properties are described one by one.
_IN_ADDRESS: Final = ("path", "query")
_DEFINITIONS: Final = "#/$defs/"
_COMPONENTS: Final = "#/components/schemas/"


def describe(engine: Engine) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of every endpoint."""
    components: dict[str, Schema] = {}
    paths: dict[str, Any] = {}
    for endpoint in sorted(engine.endpoints, key=lambda each: each.row.when is not None):
        operation = _operation(engine, endpoint, components)
        methods = paths.setdefault(endpoint.route.path.replace(":path}", "}"), {})
        method = endpoint.route.method.lower()
        methods[method] = _both(methods[method], operation) if method in methods else operation
    spec = engine.loaded.spec
    return {
        "openapi": "3.1.0",
        "info": {
            "title": spec.name or "FakeAI",
            "description": spec.description or "",
            "version": str(spec.fakeai),
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(
    engine: Engine, endpoint: CompiledEndpoint, components: dict[str, Schema]
) -> dict[str, Any]:
    schemas = {
        part: _hoist(f"{endpoint.name}_{part}", schema, components)
        for part, schema in endpoint.files.schemas.items()
        if part not in _IN_ADDRESS
    }
    content: dict[str, Any] = {"application/json": {"schema": schemas.get("response", {})}}
    if endpoint.files.stream is not None:
        framing = engine.dialects[endpoint.row.protocol].framing
        content[MEDIA_TYPES[framing]] = {"schema": schemas.get("chunk", {})}
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.row.summary,
        "parameters": _parameters(endpoint, components),
        "responses": {
            "200": {"description": "OK", "content": content},
            **_errors(engine, endpoint),
        },
    }
    if "request" in schemas:
        body = {"application/json": {"schema": schemas["request"]}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameters(endpoint: CompiledEndpoint, components: dict[str, Schema]) -> list[dict[str, Any]]:
    in_path, in_query = (_properties(endpoint, part, components) for part in _IN_ADDRESS)
    required = endpoint.files.schemas.get("query", {}).get("required", ())
    rows = [
        {"name": name, "in": "path", "required": True, "schema": in_path.get(name, {})}
        for name in endpoint.route.parameters
    ]
    if endpoint.row.when is not None:
        header = endpoint.row.when.header
        schema = {"type": "string"}
        rows.append({"name": header, "in": "header", "required": True, "schema": schema})
    return rows + [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in in_query.items()
    ]


def _properties(
    endpoint: CompiledEndpoint, part: str, components: dict[str, Schema]
) -> dict[str, Schema]:
    """Return the properties of a part; what they refer to goes to the components."""
    schema = endpoint.files.schemas.get(part, {})
    prefix = f"{endpoint.name}_{part}."
    found = schema.get("properties", {})
    properties = _repoint(found, prefix)
    if properties != found:
        _define(schema, prefix, components)
    return properties  # type: ignore[no-any-return] # a map stays one


def _errors(engine: Engine, endpoint: CompiledEndpoint) -> dict[str, Any]:
    """One entry a status that some compiled stage may refuse with."""
    statuses = engine.dialects[endpoint.row.protocol].statuses
    kinds: dict[int, list[str]] = {}
    for planned in endpoint.stages:
        if planned.steps is not None:
            for kind in planned.stage.refuses:
                kinds.setdefault(statuses[kind], []).append(kind)
    return {
        str(status): {"description": ", ".join(dict.fromkeys(kinds[status]))}
        for status in sorted(kinds)
    }


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the operation of two rows that share a route, for which OpenAPI has one place."""
    parameters = {(p["name"], p["in"]): p for p in [*other["parameters"], *one["parameters"]]}
    joined = {
        **one,
        "parameters": [{**p, "required": p["in"] == "path"} for p in parameters.values()],
        "responses": {**other["responses"], **one["responses"]},
    }
    bodies = [each.get("requestBody") for each in (one, other)]
    if any(bodies):
        needed = {"required": all(bodies)}
        joined["requestBody"] = {**needed, "content": _content([b or {} for b in bodies])}
    answers = _content([each["responses"]["200"] for each in (one, other)])
    joined["responses"]["200"] = {"description": "OK", "content": answers}
    return joined


def _content(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the media types of several bodies; one that several have takes any of them."""
    schemas: dict[str, list[Schema]] = {}
    for part in parts:
        for kind, entry in part.get("content", {}).items():
            schemas.setdefault(kind, []).append(entry["schema"])
    return {
        kind: {"schema": found[0] if len(found) == 1 else {"anyOf": found}}
        for kind, found in schemas.items()
    }


def _hoist(name: str, schema: Schema, components: dict[str, Schema]) -> dict[str, str]:
    """Move a schema and its definitions to the components; return the reference to it."""
    body = schema if isinstance(schema, dict) else {"not": {}} if schema is False else {}
    prefix = f"{name}."
    _define(body, prefix, components)
    components[name] = _repoint({k: v for k, v in body.items() if k != "$defs"}, prefix)
    return {"$ref": f"{_COMPONENTS}{name}"}


def _define(schema: Schema, prefix: str, components: dict[str, Schema]) -> None:
    for key, definition in (schema.get("$defs") or {}).items():
        components[f"{prefix}{key}"] = _repoint(definition, prefix)


def _repoint(schema: Schema, prefix: str) -> Schema:
    if isinstance(schema, list):
        return [_repoint(item, prefix) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"{_COMPONENTS}{prefix}{value.removeprefix(_DEFINITIONS)}"
        if key == "$ref" and isinstance(value, str) and value.startswith(_DEFINITIONS)
        else _repoint(value, prefix)
        for key, value in schema.items()
    }
