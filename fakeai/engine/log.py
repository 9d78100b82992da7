"""structlog, set up once: lines for people or for machines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
import structlog

if TYPE_CHECKING:
    from fakeai.engine.log_writer import LogWriter
    from fakeai.pipeline.stage import Log

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
        shared.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
        factory = structlog.WriteLoggerFactory(cast("Any", writer or sys.stderr))
    log = structlog.wrap_logger(
        factory(),
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        cache_logger_on_first_use=True,
    )
    return cast("Log", log)
