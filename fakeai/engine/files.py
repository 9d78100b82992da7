"""The files that a spec names, found and compiled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import msgspec

from fakeai.core.document import Node, locate, path_text, plain, read
from fakeai.core.error import KINDS
from fakeai.core.known import Known
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem, SpecError
from fakeai.pipeline.files import EndpointFiles, SchemaFile, compile_template, own_headers
from fakeai.pipeline.protocol import Protocol, compile_protocol
from fakeai.pipeline.saving import compile_saving
from fakeai.spec.check import structure

if TYPE_CHECKING:
    from fakeai.core.problem import Place
    from fakeai.pipeline.variables import Getter
    from fakeai.spec.endpoint import Endpoint
    from fakeai.spec.load import Loaded

#: Where the schemas of a schema file stand.
_PARTS: Final = {
    "path": ("parameters", "path"),
    "query": ("parameters", "query"),
    "request": ("request",),
    "response": ("response",),
    "chunk": ("chunk",),
}
#: Compiled schemas, by their JSON: a spec is checked before it is served, and they are large.
_KNOWN: Final[Known[jsonschema_rs.Validator]] = Known(1024)
_ENCODE: Final = msgspec.json.Encoder().encode


def read_dialects(
    loaded: Loaded, sources: dict[str, Getter], problems: list[Problem]
) -> dict[str, Protocol]:
    """Read and compile the protocol file of every protocol that the spec names."""
    named: dict[str, list[str | int]] = {loaded.spec.fallback_protocol: ["server", "protocol"]}
    for name, row in loaded.spec.endpoints.items():
        named.setdefault(row.protocol, ["endpoints", name, "protocol"])
    dialects: dict[str, Protocol] = {}
    for protocol, path in named.items():
        node = read_named(loaded, f"templates/{protocol}/protocol.yaml", path, problems)
        if node is None:
            continue
        dialect = compile_protocol(protocol, node, sources, problems)
        if dialect is not None:
            dialects[protocol] = dialect
            dialect.statuses.update(loaded.spec.error_statuses)
    _check_kinds(loaded, problems)
    return dialects


def _check_kinds(loaded: Loaded, problems: list[Problem]) -> None:
    """A status is of a kind of refusal that exists."""
    for kind in loaded.spec.error_statuses:
        if kind not in KINDS:
            node = locate(loaded.node, ["error_statuses", kind])
            problems.append(
                Problem(
                    code="FA048",
                    place=node.key_place or node.place,
                    path=f"error_statuses.{kind}",
                    message=f"`{kind}` is not an error kind",
                    hint=did_you_mean(near_misses(kind, KINDS)) or f"kinds: {', '.join(KINDS)}",
                )
            )


def read_files(
    loaded: Loaded, name: str, row: Endpoint, dialect: Protocol, problems: list[Problem]
) -> EndpointFiles | None:
    """Read and compile the schema and the template of one endpoint."""
    default = f"{row.protocol}/{name}.yaml"
    here: list[str | int] = ["endpoints", name]
    schema = read_named(loaded, f"schemas/{row.schema or default}", [*here, "schema"], problems)
    node = read_named(loaded, f"templates/{row.template or default}", [*here, "template"], problems)
    if schema is not None:
        schema = _borrow(loaded, schema, "schemas", "$defs", problems)
    schemas, validators = _schemas(schema, problems) if schema else (None, {})
    if node is None:
        return None
    node = _borrow(loaded, node, "templates", "inputs", problems)
    inputs, words, response, stream = compile_template(node, dialect.framing, problems)
    if response is None or schemas is None:
        return None
    return EndpointFiles(
        schemas=schemas,
        validators=validators,
        inputs=inputs,
        words=words,
        response=response,
        stream=stream,
        saving=compile_saving(node.children.get("save"), problems),
        headers=own_headers(node, dialect.header_leaves, problems),
    )


def read_named(
    loaded: Loaded, file: str, path: list[str | int], problems: list[Problem]
) -> Node | None:
    """Return a file that the spec names at a path, or None and a problem."""
    near = locate(loaded.node, path)
    return _read(loaded, file, near.key_place or near.place, path_text(path), problems)


def _read(
    loaded: Loaded, file: str, place: Place, path: str, problems: list[Problem]
) -> Node | None:
    found = loaded.files.find(file)
    if found is None:
        problems.append(loaded.files.missing(file, place, path))
        return None
    try:
        return read(found)
    except SpecError as error:
        problems.extend(error.problems)
        return None


def _borrow(loaded: Loaded, node: Node, folder: str, part: str, problems: list[Problem]) -> Node:
    """Return a file with the part that it takes from another one, by that file's name."""
    given = node.children.get(part)
    if given is None or not isinstance(given.value, str):
        return node
    file = f"{folder}/{given.value}"
    other = _read(loaded, file, given.place, part, problems)
    if other is None:
        return node
    if part not in other.children:
        message = f"the file `{file}` has no `{part}`"
        problems.append(Problem(code="FA037", place=given.place, path=part, message=message))
        return node
    parts = {**node.children, part: other.children[part]}
    return Node(parts, node.place, node.key_place)


def _schemas(
    node: Node, problems: list[Problem]
) -> tuple[dict[str, Any] | None, dict[str, jsonschema_rs.Validator]]:
    """Return the parts of a schema file, each complete with the shared definitions, compiled."""
    validators: dict[str, jsonschema_rs.Validator] = {}
    file, found = structure(node, SchemaFile)
    problems.extend(found)
    if file is None:
        return None, validators
    before = len(problems)
    data: Any = plain(node)
    given = {**data, **(data.get("parameters") or {})}
    parts = {
        part: _complete(given[part], data.get("$defs"))
        for part in _PARTS
        if given.get(part) is not None
    }
    for part, schema in parts.items():
        try:
            validator = _KNOWN.get(_ENCODE(schema), partial(_validator, schema))
            if validator is not None:
                validators[part] = validator
        except (ValueError, jsonschema_rs.ValidationError) as error:
            problems.append(_bad_schema(node, _PARTS[part], str(error)))
    return (parts if len(problems) == before else None), validators


def _validator(schema: Any) -> jsonschema_rs.Validator:
    """Return what holds values against a schema; what is not in its file is not fetched."""
    return jsonschema_rs.validator_for(schema, retriever=_refuse)


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not in this file, and nothing is fetched")


def _complete(schema: Any, shared: Any) -> Any:
    """Return a schema with the definitions, if it is one that may refer to them."""
    if not shared or not isinstance(schema, dict):
        return schema
    return {**schema, "$defs": shared}


def _bad_schema(node: Node, path: tuple[str, ...], reason: str) -> Problem:
    place = locate(node, path).place
    message = f"not a valid JSON Schema: {reason.splitlines()[0]}"
    return Problem(code="FA046", place=place, path=path_text(path), message=message)
