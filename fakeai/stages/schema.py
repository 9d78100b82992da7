"""schema: checks body and query against the endpoint's JSON Schemas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from fakeai.core.error import ApiError
from fakeai.pipeline.stage import PASSED, Build, Stage, Steps
from fakeai.pipeline.variables import read_query
from fakeai.pipeline.violations import best_violation

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.protocol import Protocol
    from fakeai.pipeline.stage import Step

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


def compile_schema(_config: None, build: Build) -> Steps | None:
    """Return the step that refuses a body or a query which breaks its schema."""
    schemas = build.files.schemas
    query = (schemas.get("parameters") or {}).get("query")
    body = build.files.validators.get("request")
    checks = [
        check
        for check in (
            _check_query(query, build.dialect) if query else None,
            _check_body(body, build.dialect) if body else None,
        )
        if check is not None
    ]
    if len(checks) < 2:
        # A query is not part of the body.
        return Steps(enter=checks[0], recall=PASSED if body else None) if checks else None

    def enter(exchange: Exchange) -> None:
        for check in checks:
            check(exchange)

    return Steps(enter=enter)


def _check_body(validator: jsonschema_rs.Validator, dialect: Protocol) -> Step:
    is_valid = validator.is_valid

    def enter(exchange: Exchange) -> None:
        try:
            if is_valid(exchange.request):
                return
        except ValueError:
            message = "The JSON body is nested too deeply or holds a number out of range."
            raise ApiError("malformed", message) from None
        raise _refusal(validator, exchange.request, dialect)

    return enter


def _check_query(schema: Any, dialect: Protocol) -> Step:
    validator = jsonschema_rs.validator_for(schema)
    types = {name: part.get("type") for name, part in schema.get("properties", {}).items()}

    def enter(exchange: Exchange) -> None:
        given = read_query(exchange)
        query = {name: _typed(value, types.get(name)) for name, value in given.items()}
        if not validator.is_valid(query):
            raise _refusal(validator, query, dialect)

    return enter


def _typed(value: object, wanted: str | None) -> object:
    """Return a field of a query as its schema speaks of it; what does not fit stays a text."""
    if wanted == "array":
        return [value] if isinstance(value, str) else value
    if wanted == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value


def _refusal(validator: jsonschema_rs.Validator, value: object, dialect: Protocol) -> ApiError:
    violation = best_violation(validator.iter_errors(value))
    code, message = dialect.violation(violation)
    return ApiError("invalid", message, param=violation.param, code=code)


STAGE = Stage(
    name="schema",
    summary="Checks the body and the query against the endpoint's JSON Schemas.",
    compile=compile_schema,
    reads=frozenset({"request"}),
    refuses=("invalid",),
)
