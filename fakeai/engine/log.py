"""structlog, set up once: lines for people or for machines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import msgspec

from fakeai.core.clock import RealClock
from fakeai.core.later import absent
from fakeai.engine.log_lines import compile_json, compile_plain, shown

with absent("rich"):  # 5 MB of it, for the tracebacks of crashes alone
    import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.engine.log_writer import LogWriter
    from fakeai.pipeline.stage import Log, WriteLine

    Renderer = Callable[[Any, str, Any], str]
    Compile = Callable[[str, str, tuple[str, ...]], WriteLine]

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_COMPILERS: Final = {"json": compile_json, "console": compile_plain}


class ServerLog:
    """Lines of any fields, as structlog writes them; and the same without it where it counts."""

    __slots__ = ("_compile", "_least", "close", "debug", "error", "info")

    def __init__(
        self, lines: Any, level: str, compile_line: Compile, close: Callable[[], None]
    ) -> None:
        """Take the logger of structlog, and what compiles lines that look like its own."""
        self.close = close
        self.debug = lines.debug
        self.info = lines.info
        self.error = lines.error
        self._least = _LEVELS[level]
        self._compile = compile_line

    def prepare(self, level: str, event: str, fields: tuple[str, ...]) -> WriteLine | None:
        """Return what writes such a line from the values of its fields; None below the level."""
        return self._compile(level, event, fields) if _LEVELS[level] >= self._least else None


def make_log(level: str, form: Literal["console", "json"], writer: LogWriter) -> Log:
    """Return the logger of a server; its lines go to a writer of its own."""
    colors = form == "console" and sys.stderr.isatty()
    factory: Any = structlog.BytesLoggerFactory if form == "json" else structlog.WriteLoggerFactory
    log = structlog.wrap_logger(
        factory(cast("Any", writer))(),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(form, colors=colors),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
    )
    # Bound now: the lazy proxy would look itself up at every line.
    lines = log.bind()
    compile_form, wall = _COMPILERS[form], RealClock().wall

    def compile_line(level: str, event: str, fields: tuple[str, ...]) -> WriteLine:
        if colors:
            write = getattr(lines, level)
            return lambda values: write(event, **dict(zip(fields, values, strict=True)))
        return writer.prepare(compile_form(level, event, fields), wall)

    return ServerLog(lines, level, compile_line, writer.close)


def _renderers(form: Literal["console", "json"], *, colors: bool) -> list[Any]:
    if form == "json":
        encode = msgspec.json.Encoder(enc_hook=str).encode
        return [structlog.processors.dict_tracebacks, lambda _log, _name, event: encode(event)]
    pretty = structlog.dev.ConsoleRenderer(colors=colors)
    return [pretty if colors else _plain(pretty)]


def _plain(pretty: Renderer) -> Renderer:
    """Return what renders lines for files and pipes in a fifth of the time; crashes stay pretty."""

    def render(log: Any, name: str, event: Any) -> str:
        if "exc_info" in event:
            return pretty(log, name, event)
        head = f"{event.pop('timestamp')} [{event.pop('level')}] {event.pop('event')}"
        line = " ".join([head, *[f"{key}={value}" for key, value in event.items()]])
        if line.isprintable():
            return line
        return " ".join([head, *[f"{key}={shown(value)}" for key, value in event.items()]])

    return render
