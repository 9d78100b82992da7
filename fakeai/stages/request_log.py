"""request_log: one structured line for every exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from msgspec import Meta

from fakeai.pipeline.delivery import first_token_s
from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.recall import shared
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange


Field = Literal[
    "request_id",
    "client_ip",
    "endpoint",
    "model",
    "key",
    "scenario",
    "status",
    "error",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "cost_usd",
    "ttft_ms",
    "duration_ms",
    "request_bytes",
    "bytes",
    "worker",
    "prompt",
]

_ALL: Final[tuple[Field, ...]] = get_args(Field)
#: Everything but what was said, which is the last of them.
USUAL: Final = _ALL[:-1]
_PROMPT_CHARACTERS_MAX: Final = 1000
_MICRO: Final = 1_000_000


class Config(Section):
    """One structured line for every exchange, written when it ends."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="Least level that is written; `debug` adds a line at the start."),
    ] = "info"
    format: Annotated[
        Literal["console", "json"], Meta(description="For people, or a JSON object a line.")
    ] = "console"
    fields: Annotated[
        tuple[Field, ...],
        Meta(description="What a line says; `prompt`, the last user message, is not usual."),
    ] = USUAL


def compile_request_log(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that log each exchange."""
    if config is None:
        return None
    log, name = build.outside.log, build.name
    fields = tuple(dict.fromkeys(config.fields))
    read = _reader(build, fields)
    write = log.prepare("info", "response", fields)
    write_crash = log.prepare("error", "response", fields)
    log_start = config.level == "debug"
    if "prompt" in fields:
        build.readers.append(lambda _exchange: True)

    def enter(exchange: Exchange) -> None:
        log.debug(
            "request",
            request_id=exchange.request_id,
            client_ip=exchange.client_ip,
            endpoint=name,
        )

    def leave(exchange: Exchange) -> None:
        error = exchange.error
        if error is not None and error.kind == "internal":
            if write_crash is not None:
                write_crash(read(exchange))
        elif write is not None:
            write(read(exchange))

    return Steps(enter=enter if log_start else None, leave=leave)


def _reader(build: Build, fields: tuple[Field, ...]) -> Callable[[Exchange], tuple[object, ...]]:
    """Return what reads the fields of a line from an exchange."""
    read = _usual_reader(build)
    if fields == USUAL:
        return read
    places = [_ALL.index(field) for field in fields]

    def read_some(exchange: Exchange) -> tuple[object, ...]:
        values = (*read(exchange), exchange.context.user[:_PROMPT_CHARACTERS_MAX])
        return tuple([values[place] for place in places])

    return read_some


def _usual_reader(build: Build) -> Callable[[Exchange], tuple[object, ...]]:
    """Return what reads the usual fields in their order; a key is only ever named."""
    endpoint, keyring, now = build.name, keyring_of(build), build.outside.clock.now

    def read(exchange: Exchange) -> tuple[object, ...]:
        model, first_s = exchange.model, first_token_s(exchange)
        caller = exchange.caller or keyring.identify(exchange)
        return (
            exchange.request_id,
            exchange.client_ip,
            endpoint,
            None if model is None else model.name,
            caller.name,
            caller.principal.scenario,
            *shared(exchange, "line", _ended),
            # Whole microseconds; `round` would take four times as long.
            None if first_s is None else int(first_s * _MICRO + 0.5) / 1000,
            int((now() - exchange.started) * _MICRO + 0.5) / 1000,
            exchange.request_bytes,
            exchange.sent_bytes,
            exchange.placement.worker,
        )

    return read


def _ended(exchange: Exchange) -> tuple[object, ...]:
    """Return how an exchange ended, what it used and what it cost."""
    error, usage = exchange.error, exchange.usage
    return (
        exchange.status,
        None if error is None else error.kind,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        float(exchange.cost_usd),
    )


STAGE = Stage(
    name="request_log",
    summary="One structured line for every exchange.",
    config=Config,
    compile=compile_request_log,
    outer=True,
)
