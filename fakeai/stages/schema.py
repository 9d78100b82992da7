"""schema: checks the request against the endpoint's JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema_rs

from fakeai.core.error import ApiError
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.violations import best_violation

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_schema(_config: None, build: Build) -> Steps | None:
    """Return the step that refuses a body which breaks the request schema."""
    schema = build.files.schemas.get("request")
    if schema is None:
        return None
    validator = jsonschema_rs.validator_for(schema)
    is_valid, dialect = validator.is_valid, build.dialect

    def enter(exchange: Exchange) -> None:
        try:
            if is_valid(exchange.request):
                return
        except ValueError:
            message = "The JSON body is nested too deeply or holds a number out of range."
            raise ApiError("malformed", message) from None
        violation = best_violation(validator.iter_errors(exchange.request))
        code, message = dialect.violation(violation)
        raise ApiError("invalid", message, param=violation.param, code=code)

    return Steps(enter=enter)


STAGE = Stage(
    name="schema",
    summary="Checks the body against the endpoint's JSON Schema.",
    compile=compile_schema,
    reads=frozenset({"request"}),
    refuses=("invalid",),
)
