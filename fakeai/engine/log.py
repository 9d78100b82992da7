"""structlog, set up once: lines for people or for machines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from fakeai.core.later import absent

with absent("rich"):  # 5 MB of it, for the tracebacks of crashes alone
    import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.engine.log_writer import LogWriter
    from fakeai.pipeline.stage import Log

    Renderer = Callable[[Any, str, Any], str]

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def make_log(level: str, form: Literal["console", "json"], writer: LogWriter | None = None) -> Log:
    """Return the logger of a server; lines go to standard error, or to a writer of its own."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        encode = msgspec.json.Encoder(enc_hook=str).encode
        shared += [structlog.processors.dict_tracebacks, lambda _log, _name, event: encode(event)]
        factory: Any = structlog.BytesLoggerFactory(cast("Any", writer or sys.stderr.buffer))
    else:
        colors = sys.stderr.isatty()
        pretty = structlog.dev.ConsoleRenderer(colors=colors)
        shared.append(pretty if colors else _plain(pretty))
        factory = structlog.WriteLoggerFactory(cast("Any", writer or sys.stderr))
    log = structlog.wrap_logger(
        factory(),
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
    )
    # Bound now: the lazy proxy would look itself up at every line.
    return cast("Log", log.bind())


def _plain(pretty: Renderer) -> Renderer:
    """Return what renders lines for files and pipes in a fifth of the time; crashes stay pretty."""

    def render(log: Any, name: str, event: Any) -> str:
        if "exc_info" in event:
            return pretty(log, name, event)
        head = f"{event.pop('timestamp')} [{event.pop('level')}] {event.pop('event')}"
        line = " ".join([head, *[f"{key}={value}" for key, value in event.items()]])
        if line.isprintable():
            return line
        return " ".join([head, *[f"{key}={_shown(value)}" for key, value in event.items()]])

    return render


def _shown(value: object) -> str:
    # A line break in a value would forge a line.
    text = str(value)
    return text if text.isprintable() else repr(text)
