"""Compiling without serving: virtual time, no log, every example."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from fakeai.core.clock import ManualClock
from fakeai.core.document import locate
from fakeai.core.error import ApiError
from fakeai.core.problem import Problem, SpecError
from fakeai.core.rng import Rng
from fakeai.engine.compile import compile_engine
from fakeai.pipeline.exchange import NO_SCOPE, Exchange
from fakeai.pipeline.stage import Outside
from fakeai.pipeline.track import frames
from fakeai.pipeline.variables import compile_view
from fakeai.pipeline.violations import best_violation
from fakeai.sim.corpus import BUILTIN
from fakeai.spec.load import Loaded

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from fakeai.engine.compile import CompiledEndpoint, Engine


class Silence:
    """A log that writes nothing."""

    def info(self, event: str, **fields: object) -> None:
        """Drop the line."""

    def debug(self, event: str, **fields: object) -> None:
        """Drop the line."""

    def error(self, event: str, **fields: object) -> None:
        """Drop the line."""

    def close(self) -> None:
        """Do nothing."""

    def prepare(self, _level: str, _event: str, _fields: tuple[str, ...]) -> None:
        """Return nothing that writes."""


def dry_engine(loaded: Loaded) -> Engine:
    """Compile a spec and send each endpoint's example through it.

    Raise SpecError with everything that is wrong, a response that would break its own schema
    included.
    """
    outside = Outside(clock=ManualClock(), rng=Rng(0), log=Silence(), corpus=BUILTIN)
    engine = compile_engine(loaded, outside)
    problems = [problem for endpoint in engine.endpoints for problem in _try(engine, endpoint)]
    if problems:
        raise SpecError([*engine.warnings, *problems])
    return engine


def everything_wrong(error: SpecError) -> SpecError:
    """Return an error of loading together with what compiling finds in the rest of the spec."""
    rest = error.rest
    if not isinstance(rest, Loaded):
        return error
    try:
        dry_engine(rest)
    except SpecError as more:
        return SpecError([*error.problems, *more.problems], error.files)
    return error


def _try(engine: Engine, endpoint: CompiledEndpoint) -> list[Problem]:
    """Return what is wrong with the answer to the first example of the request schema."""
    request = endpoint.files.schemas.get("request")
    examples = request.get("examples") if isinstance(request, dict) else None
    if not examples or endpoint.files.response is None:
        return []
    exchange = Exchange({**NO_SCOPE, "path_params": _path(endpoint)}, _nothing, _nothing)
    exchange.request = examples[0]
    exchange.id = exchange.request_id = "example"
    try:
        for planned in endpoint.stages:
            steps = planned.steps
            if steps is not None and steps.enter is not None and not planned.stage.gate:
                steps.enter(exchange)
        found = list(_broken(engine, endpoint, exchange))
    except ApiError as error:
        if error.kind in {"unknown_model", "unknown_resource"}:
            # An overlay may take away the model that a built-in example names; nothing is stored.
            return []
        param = f" ({error.param})" if error.param else ""
        found = [f"the example is refused: {error.kind}: {error.message}{param}"]
    except msgspec.MsgspecError as error:
        found = [f"the example's answer cannot be encoded: {error}"]
    node = locate(engine.loaded.node, ["endpoints", endpoint.name])
    place = node.key_place or node.place
    path = f"endpoints.{endpoint.name}"
    return [Problem(code="FA050", place=place, path=path, message=text) for text in found]


def _path(endpoint: CompiledEndpoint) -> dict[str, str]:
    """Return the first example of the path's parameters."""
    declared = endpoint.files.schemas.get("path") or {}
    return (declared.get("examples") or [{}])[0]  # type: ignore[no-any-return]


def _broken(engine: Engine, endpoint: CompiledEndpoint, exchange: Exchange) -> list[str]:
    files = endpoint.files
    sources = engine.sources
    if files.response is None:
        return []
    body = files.response(compile_view(files.response.variables, sources)(exchange))
    found = _against(files.validators.get("response"), _as_sent(body), "the example's response")
    if files.stream is None:
        return found
    variables = compile_view(files.stream.variables, sources)(exchange)
    sent = b"".join(part for _, part in frames(files.stream, exchange, variables))
    for chunk in _chunks(sent):
        problems = _against(files.validators.get("chunk"), chunk, "a chunk of the example's stream")
        if problems:
            return found + problems
    return found


def _against(validator: Validator | None, value: Any, what: str) -> list[str]:
    errors = list(validator.iter_errors(value)) if validator is not None else []
    if not errors:
        return []
    worst = best_violation(errors)
    where = worst.param or "the root"
    rule = f"{worst.keyword} {worst.expected or worst.limit or ''}".strip()
    return [f"{what} breaks its schema at {where}: {worst.value} ({rule})"]


def _as_sent(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _chunks(sent: bytes) -> list[Any]:
    """Return the JSON objects of a stream, whatever its framing."""
    lines = (line.removeprefix("data: ") for line in sent.decode().splitlines())
    return [json.loads(line) for line in lines if line.startswith("{")]


async def _nothing(*_args: Any) -> None:
    """Stand in for a connection."""
