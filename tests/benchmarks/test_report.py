"""Tables say the ratio first, and what disturbed them."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.report import as_json, as_markdown, as_text, machine, table
from benchmarks.rows import Figures, RequestRow, StageRow, StreamRow

ROW = RequestRow("chat", "bare", 1.0, 1.0, 9000.0, 41.0, 0.5, 0.9, 0.7, 0, 0.99, 0.5)
STREAM = StreamRow(64, 0, 1, "bare", 1.0, 100.0, None, None, None, 9.0, 0)


def test_numbers_stand_to_the_right() -> None:
    """A column that holds a number is one of numbers."""
    assert "| name |  n |\n| ---- | -: |\n| a    |  1 |\n| b    | 10 |" == table(
        ["name", "n"], [["a", "1"], ["b", "10"]]
    )


def test_the_ratio_is_the_first_figure() -> None:
    """Times are the machine's; the ratio is the server's."""
    text = as_text(Figures(machine(), requests=[ROW]))

    assert "| case                            | server | ratio |" in text
    assert "trust" not in text


def test_a_busy_machine_is_told() -> None:
    """The yardstick did not get its core, so that its rate means little."""
    text = as_text(Figures(machine(), requests=[replace(ROW, server_busy=0.4)]))

    assert "had 40% of its core" in text
    assert "trust `by CPU` more than `ratio`" in text


def test_the_page_names_the_python_build() -> None:
    """A build without PGO is up to a third slower, so that each result must say which it is."""
    page = as_markdown(
        Figures({**machine(), "build": "built with PGO"}, stages=[StageRow("auth", 0.031, 4.2)])
    )

    assert page.startswith("# Performance\n")
    assert "built with PGO" in page
    assert "| auth  |  3.1% |    4.2 |" in page


def test_json_has_every_table() -> None:
    """Nothing is rounded there."""
    document = json.loads(as_json(Figures(machine(), requests=[ROW], streams=[STREAM])))

    assert 41.0 == document["requests"][0]["cpu_us"]
    assert None is document["streams"][0]["delivered"]
    assert {"machine", "requests", "streams", "footprint", "stages", "prefix_cache"} == set(
        document
    )
