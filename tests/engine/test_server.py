"""Serving: the address that is announced answers, and a signal ends it."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

from fakeai.engine import server
from fakeai.engine.server import listen, live_engine, serve
from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.live import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

__all__ = ["live"]


def test_serve_announces_answers_and_stops(tmp_path: Path) -> None:
    """The banner has the address of a free port; SIGTERM ends the server cleanly."""
    command = [sys.executable, "-m", "fakeai", "serve", "--port", "0", "--host", "127.0.0.1"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = next(text for text in process.stdout if "listens" in text)
        address = line.split()[1]
        with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:  # noqa: S310 - our own server
            status = answer.status
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

    assert (200, -signal.SIGTERM) == (status, process.returncode)


def test_serve_refuses_a_wrong_spec(tmp_path: Path) -> None:
    """The problems are printed, and nothing listens."""
    (tmp_path / "fakeai.yaml").write_text("fakeai: 1\nextends: builtin\nsed: 1\n")
    done = subprocess.run(
        [sys.executable, "-m", "fakeai", "serve"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode
    assert "error[FA010] sed: unknown key `sed`" in done.stderr


def test_a_server_without_cors_answers(live: Callable[[str], str]) -> None:
    """Nothing stands before the routes then."""
    with urllib.request.urlopen(f"{live('server: { cors: null }')}/health", timeout=10) as answer:  # noqa: S310 - our own server
        assert 200 == answer.status


def test_the_clock_is_the_specs(tmp_path: Path) -> None:
    """`fixed` holds the wall still, `speed` runs ahead of it."""
    path = tmp_path / "a.yaml"
    path.write_text('fakeai: 1\nextends: builtin\nclock: { fixed: "2026-01-01T00:00:00Z" }\n')
    engine = live_engine(load(path, sections=sections(), environ={}))

    assert 1_767_225_600 == engine.outside.clock.wall()


def test_a_random_seed_differs_from_start_to_start(tmp_path: Path) -> None:
    """`seed: random` is drawn anew."""
    path = tmp_path / "a.yaml"
    path.write_text("fakeai: 1\nextends: builtin\nseed: random\n")
    loaded = load(path, sections=sections(), environ={})

    one, two = (live_engine(loaded).outside.rng.digest("x") for _ in range(2))

    assert one != two


def test_a_serving_process_collects_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting does without; what requests leave behind is looked for again."""
    collects: list[bool] = []
    monkeypatch.setattr(server._Server, "run", lambda *_: collects.append(gc.isenabled()))
    engine = live_engine(load(None, sections=sections(), environ={}))
    (listener,) = listen("127.0.0.1", 0)
    gc.disable()
    try:
        serve(engine, listener, lambda *_: None)
    finally:
        gc.enable()
        gc.unfreeze()
        listener.close()

    assert [True] == collects


def test_serving_loads_no_plug_ins_for_model_libraries() -> None:
    """Though the clients in the tests bring such a library, the router does without it."""
    script = (
        "import sys; from fakeai.engine.server import live_engine, settings\n"
        "from fakeai.engine.table import sections; from fakeai.spec.load import load\n"
        "settings(live_engine(load(None, sections=sections(), environ={})))\n"
        "print(sorted({'pydantic', 'litestar.plugins.attrs'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.splitlines()[-1]
