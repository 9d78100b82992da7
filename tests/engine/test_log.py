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
    """A line with the event and the fields."""
    make_log("info", "console").info("hello", a=1)

    assert "hello" in capsys.readouterr().err


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
