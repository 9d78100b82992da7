"""The log: lines for people or for machines, from a level on."""

from __future__ import annotations

import json

import pytest

from fakeai.engine.log import make_log


def test_json_is_an_object_a_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With level, time and the fields; an exception is data too."""
    log = make_log("info", "json")
    log.info("hello", a=1)
    log.error("crash", exc_info=ValueError("why"))
    lines = [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]

    assert ("hello", "info", 1) == (lines[0]["event"], lines[0]["level"], lines[0]["a"])
    assert "why" in json.dumps(lines[1]["exception"])


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """A line with level, event and fields, in their order."""
    make_log("info", "console").info("hello", b=1, a=None)

    _, line = capsys.readouterr().err.rstrip("\n").split(" ", 1)
    assert "[info] hello b=1 a=None" == line


def test_a_value_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What does not print is escaped."""
    make_log("info", "console").info("hello", a="x\nforged")

    assert 1 == len(capsys.readouterr().err.splitlines())


def test_a_crash_on_the_console_has_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """The traceback comes below the line."""
    make_log("info", "console").error("crash", exc_info=ValueError("why"))

    assert "ValueError: why" in capsys.readouterr().err


@pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 2), ("error", 1)])
def test_the_level_is_the_least_that_is_written(
    capfdbinary: pytest.CaptureFixture[bytes], level: str, count: int
) -> None:
    """What is below it is dropped."""
    log = make_log(level, "json")
    log.debug("a")
    log.info("b")
    log.error("c")

    assert count == len(capfdbinary.readouterr().err.splitlines())
