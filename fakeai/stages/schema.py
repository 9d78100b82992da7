"""schema: checks body and query against the endpoint's JSON Schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.pipeline.query_types import query_types
from fakeai.pipeline.stage import PASSED, Build, Stage, Steps
from fakeai.pipeline.variables import read_query
from fakeai.pipeline.violations import best_violation

if TYPE_CHECKING:
    import jsonschema_rs

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.files import EndpointFiles
    from fakeai.pipeline.protocol import Protocol
    from fakeai.pipeline.stage import Step


def compile_schema(_config: None, build: Build) -> Steps | None:
    """Return the step that refuses a body or a query which breaks its schema."""
    validators = build.files.validators
    query, body = validators.get("query"), validators.get("request")
    checks = [
        check
        for check in (
            _check_query(query, build.files, build.dialect) if query else None,
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
            raise _unreadable() from None
        raise _refusal(validator, exchange.request, dialect)

    return enter


def _check_query(
    validator: jsonschema_rs.Validator, files: EndpointFiles, dialect: Protocol
) -> Step:
    types = query_types(files.schemas["query"])

    def enter(exchange: Exchange) -> None:
        query = read_query(exchange)
        for name in types.keys() & query.keys():
            query[name] = types[name].read(query[name])
        if not validator.is_valid(query):
            raise _refusal(validator, query, dialect)

    return enter


def _refusal(validator: jsonschema_rs.Validator, value: object, dialect: Protocol) -> ApiError:
    try:
        violation = best_violation(validator.iter_errors(value))
    except ValueError:
        # Telling what is wrong hands over the value, which is walked less deep than a check.
        return _unreadable()
    code, message = dialect.violation(violation)
    return ApiError("invalid", message, param=violation.param, code=code)


def _unreadable() -> ApiError:
    message = "The JSON body is nested too deeply or holds a number out of range."
    return ApiError("malformed", message)


STAGE = Stage(
    name="schema",
    summary="Checks the body and the query against the endpoint's JSON Schemas.",
    compile=compile_schema,
    reads=frozenset({"request"}),
    refuses=("invalid",),
)
