"""The log: lines for people or for machines, from a level on."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pytest

from fakeai.engine.log import make_log
from fakeai.engine.log_writer import LogWriter
from fakeai.stages.request_log import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.stage import Log

Form = Literal["console", "json"]
FORMS: tuple[Form, ...] = ("console", "json")
#: A time, with the quotes that JSON puts around it or without.
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"


def written(use: Callable[[Log], object], form: Form, level: str = "info") -> str:
    """Return what a log writes while it is used."""
    target = io.BytesIO()
    writer = LogWriter(target)
    use(make_log(level, form, writer))
    writer.close()
    return target.getvalue().decode()


def test_json_is_an_object_a_line() -> None:
    """With level, time and the fields; an exception is data too."""

    def use(log: Log) -> None:
        log.info("hello", a=1)
        log.error("crash", exc_info=ValueError("why"))

    lines = [json.loads(line) for line in written(use, "json").splitlines()]

    assert ("hello", "info", 1) == (lines[0]["event"], lines[0]["level"], lines[0]["a"])
    assert "why" in json.dumps(lines[1]["exception"])


def test_console_is_for_people() -> None:
    """A line with level, event and fields, in their order."""
    text = written(lambda log: log.info("hello", b=1, a=None), "console")

    _, line = text.rstrip("\n").split(" ", 1)
    assert "[info] hello b=1 a=None" == line


def test_a_value_cannot_forge_a_line() -> None:
    """What does not print is escaped."""
    text = written(lambda log: log.info("hello", a="x\nforged"), "console")

    assert 1 == len(text.splitlines())


def test_a_crash_on_the_console_has_its_trace() -> None:
    """The traceback comes below the line."""
    text = written(lambda log: log.error("crash", exc_info=ValueError("why")), "console")

    assert "ValueError: why" in text


@pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 2), ("error", 1)])
def test_the_level_is_the_least_that_is_written(level: str, count: int) -> None:
    """What is below it is dropped."""

    def use(log: Log) -> None:
        log.debug("a")
        log.info("b")
        log.error("c")

    assert count == len(written(use, "json", level).splitlines())


USUAL_VALUES: tuple[object, ...] = (
    *("req_1", "127.0.0.1", "chat_completions", "gpt-4o", "sha256:0123", None, 200, None),
    *(14, 0, 30, 0.000335, 0.101, 1234.5, 214, 612, "main-0"),
)
HOSTILE: dict[str, object] = {
    "line break": "x\nforged=1",
    "other line breaks": "x\r\x0b\x0c\x1c\x85\u2028y",
    "escape": "\x1b[31mred",
    "delete": "a\x7fb",
    "nul": "\x00",
    "quotes": "\"'\\",
    "equals and spaces": "a=b c=d",
    "percent": "%s %(a)s %%",
    "braces": "{0} {a} {{",
    "letters": "héllo wörld",
    "beyond": "日本 😀 \u202e",
    "no text": "",
    "yes": True,
    "nothing": None,
    "large": 10**30,
    "small": 5e-07,
    "zero": 0.0,
    "endless": float("inf"),
    "other": Decimal("0.10"),
}


def pair(form: Form, level: str, fields: tuple[str, ...], values: tuple[object, ...]) -> list[str]:
    """Return a line that was prepared, and that of structlog, without their times."""

    def use(log: Any) -> None:
        write = log.prepare(level, "response", fields)
        write(values)
        getattr(log, level)("response", **dict(zip(fields, values, strict=True)))

    text = written(use, form)
    assert 2 == len(re.findall(TIME, text))
    return re.sub(TIME, "", text).rstrip("\n").split("\n")


@pytest.mark.parametrize("level", ["info", "error"])
@pytest.mark.parametrize("form", FORMS)
def test_a_prepared_line_is_the_one_of_structlog(form: Form, level: str) -> None:
    """The same keys in the same order, the same forms of the same values."""
    prepared, usual = pair(form, level, USUAL, USUAL_VALUES)

    assert usual == prepared


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", FORMS)
def test_no_value_makes_a_prepared_line_differ(form: Form, value: object) -> None:
    """Whatever a client sends, alone or beside others."""
    for fields in (("prompt",), ("status", "prompt", "model")):
        values = tuple(value if field == "prompt" else "ok" for field in fields)
        prepared, usual = pair(form, "info", fields, values)

        assert usual == prepared


@pytest.mark.parametrize("form", FORMS)
def test_a_prepared_line_needs_no_field(form: Form) -> None:
    """Then it says that there was something."""
    prepared, usual = pair(form, "info", (), ())

    assert usual == prepared


def test_what_is_below_the_level_is_not_prepared() -> None:
    """So that nobody collects its values."""
    log = make_log("error", "json", LogWriter(io.BytesIO()))

    assert log.prepare("info", "response", ("status",)) is None
    assert log.prepare("error", "response", ("status",)) is not None


def test_a_prepared_line_has_the_time_of_its_event() -> None:
    """Not that of the thread that writes it."""

    def use(log: Any) -> None:
        log.prepare("info", "response", ())(())
        log.info("response")

    first, second = [
        datetime.fromisoformat(line.split(" ")[0]) for line in written(use, "console").splitlines()
    ]
    assert first <= second


def test_colors_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, a prepared line has them as well."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    prepared, usual = pair("console", "info", USUAL, USUAL_VALUES)

    assert usual == prepared
    assert "\x1b[" in prepared
