"""request_log: one structured line for every exchange."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from msgspec import Meta

from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.keyring import Keyring


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

#: Everything but what was said.
USUAL: Final[tuple[Field, ...]] = tuple(name for name in get_args(Field) if name != "prompt")
_PROMPT_CHARACTERS_MAX: Final = 1000


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
    log, keyring, name = build.outside.log, keyring_of(build), build.name
    sources = _sources(name, keyring, build.outside.clock.now)
    wanted = [(field, sources[field]) for field in config.fields]
    log_start = config.level == "debug"

    def enter(exchange: Exchange) -> None:
        log.debug(
            "request",
            request_id=exchange.request_id,
            client_ip=exchange.client_ip,
            endpoint=name,
        )

    def leave(exchange: Exchange) -> None:
        error = exchange.error
        write = log.info if error is None or error.kind != "internal" else log.error
        write("response", **{field: source(exchange) for field, source in wanted})

    return Steps(enter=enter if log_start else None, leave=leave)


def _sources(
    endpoint: str, keyring: Keyring, now: Callable[[], float]
) -> dict[Field, Callable[[Exchange], object]]:
    """Return how each field is read from an exchange; a key is only ever named."""
    return {
        "request_id": attrgetter("request_id"),
        "client_ip": attrgetter("client_ip"),
        "endpoint": lambda _: endpoint,
        "model": lambda x: None if x.model is None else x.model.name,
        "key": lambda x: keyring.identify(x).name,
        "scenario": lambda x: keyring.identify(x).principal.scenario,
        "status": attrgetter("status"),
        "error": lambda x: None if x.error is None else x.error.kind,
        "prompt_tokens": attrgetter("usage.prompt_tokens"),
        "cached_tokens": attrgetter("usage.cached_tokens"),
        "completion_tokens": attrgetter("usage.completion_tokens"),
        "cost_usd": lambda x: float(x.cost_usd),
        "ttft_ms": lambda x: None if x.first_sent is None else _ms(x.first_sent - x.started),
        "duration_ms": lambda x: _ms(now() - x.started),
        "request_bytes": attrgetter("request_bytes"),
        "bytes": attrgetter("sent_bytes"),
        "worker": attrgetter("placement.worker"),
        "prompt": lambda x: x.context.user[:_PROMPT_CHARACTERS_MAX],
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


STAGE = Stage(
    name="request_log",
    summary="One structured line for every exchange.",
    config=Config,
    compile=compile_request_log,
    outer=True,
)
