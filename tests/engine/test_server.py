"""Serving: the address that is announced answers, and a signal ends it."""

from __future__ import annotations

import gc
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from functools import partial
from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine import server
from fakeai.engine.server import listen, live_engine, serve
from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.engine.test_connection_end import until
from tests.harness import World
from tests.live import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["live"]


@pytest.mark.parametrize(
    ("options", "host", "form"),
    [(["--port", "0", "--host", "127.0.0.1"], "127.0.0.1", "console"), ([], "127.0.0.2", "json")],
)
def test_serve_announces_answers_and_stops(
    tmp_path: Path, options: list[str], host: str, form: str
) -> None:
    """It listens where the options say, or else the spec, and logs in the spec's format.

    SIGTERM ends the server cleanly.
    """
    spec = "fakeai: 1\nextends: builtin\nserver: { host: 127.0.0.2, port: 0 }\n"
    spec += f"request_log: {{ format: {form} }}\n"
    (tmp_path / "fakeai.yaml").write_text(spec)
    command = [sys.executable, "-m", "fakeai", "serve", *options]
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
        log = process.communicate(timeout=20)[1]

    assert (200, -signal.SIGTERM) == (status, process.returncode)
    assert address.startswith(f"http://{host}:")
    assert not address.endswith(":8000")
    assert "health" in log
    assert (form == "json") == log.startswith("{")


def test_a_server_that_stops_tells_its_clients(tmp_path: Path) -> None:
    """Once time to answer them is over; and the log has a line for each of them."""
    spec = "fakeai: 1\nextends: builtin\nrequest_log: { format: json }\n"
    spec += "latency: { default: p, profiles: { p: { ttft: 0s, itl: 100s } } }\n"
    (tmp_path / "fakeai.yaml").write_text(spec)
    command = [sys.executable, "-m", "fakeai", "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = next(text for text in process.stdout if "listens" in text).split()[1]
        clients = [_ask(address, stream=stream) for stream in (True, False)]
        running = until(address, 2)
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=20)[1]
    answers = []
    for client in clients:
        with client:
            answers.append(b"".join(iter(partial(client.recv, 65536), b"")))

    assert 2 == running
    assert b"event: error\ndata: {" in answers[0]
    assert answers[1].startswith(b"HTTP/1.1 503")
    assert all(b"overloaded" in answer for answer in answers)
    lines = [json.loads(line) for line in log.splitlines() if '"chat_completions"' in line]
    assert ["overloaded"] * 2 == [line["error"] for line in lines]


def _ask(address: str, *, stream: bool) -> socket.socket:
    asked = {"model": "gpt-4o", "max_tokens": 3, "stream": stream, "ignore_eos": True}
    body = json.dumps({**asked, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    host, port = address.removeprefix("http://").split(":")
    client = socket.create_connection((host, int(port)), timeout=20)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    client.sendall(head % len(body) + body)
    return client


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


def test_nobody_is_believed_who_is_not_a_trusted_proxy(live: Callable[[str], str]) -> None:
    """A client on this machine cannot say that it is another one."""
    limits = "rate_limits: { default_tier: a, tiers: { a: { rpm: 1 } }, scope: [ip] }"
    trusted = "server: { trusted_proxies: [127.0.0.1] }\n"
    believed, not_believed = (
        [_limited(live(spec), client) for client in ("192.0.2.1", "192.0.2.2")]
        for spec in (trusted + limits, limits)
    )

    assert ([False, False], [False, True]) == (believed, not_believed)


def _limited(address: str, client: str) -> bool:
    """Whether a client, as it says itself, has no request left."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/v1/models", headers={"x-forwarded-for": client}
    )
    try:
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - our own server
            return False
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 429


def test_the_clock_is_the_specs(tmp_path: Path) -> None:
    """`fixed` holds the wall still, `speed` runs ahead of it."""
    path = tmp_path / "a.yaml"
    path.write_text('fakeai: 1\nextends: builtin\nclock: { fixed: "2026-01-01T00:00:00Z" }\n')
    engine = live_engine(load(path, sections=sections(), environ={}))

    assert 1_767_225_600 == engine.outside.clock.wall()


def test_the_locale_may_be_spelled_otherwise(tmp_path: Path) -> None:
    """`de-DE` is the `de_DE` that Faker has words for."""
    path = tmp_path / "a.yaml"
    path.write_text("fakeai: 1\nextends: builtin\ntemplates: { corpus: { locale: de-DE } }\n")
    engine = live_engine(load(path, sections=sections(), environ={}))

    assert ["de"] == [texts.language for texts in engine.outside.corpus.texts]


def test_an_unknown_locale_is_a_problem(tmp_path: Path) -> None:
    """It is told with the spec, before anything is made in it."""
    path = tmp_path / "a.yaml"
    path.write_text("fakeai: 1\nextends: builtin\ntemplates: { corpus: { locale: xx_YY } }\n")

    with pytest.raises(SpecError, match="FA023 no texts can be made in `xx_YY`"):
        load(path, sections=sections(), environ={})


def test_a_random_seed_differs_from_start_to_start(tmp_path: Path) -> None:
    """`seed: random` is drawn anew."""
    path = tmp_path / "a.yaml"
    path.write_text("fakeai: 1\nextends: builtin\nseed: random\n")
    loaded = load(path, sections=sections(), environ={})

    one, two = (live_engine(loaded).outside.rng.digest("x") for _ in range(2))

    assert one != two


def test_a_serving_process_collects_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting does without; what requests leave behind is looked for again, but seldom in all."""
    collects: list[tuple[bool, bool]] = []
    usual = gc.get_threshold()

    def note(*_: object) -> None:
        collects.append((gc.isenabled(), gc.get_threshold()[0] > usual[0]))

    monkeypatch.setattr(server._Server, "run", note)
    engine = live_engine(load(None, sections=sections(), environ={}))
    (listener,) = listen("127.0.0.1", 0)
    gc.disable()
    try:
        serve(engine, listener, lambda *_: None)
    finally:
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*usual)
        listener.close()

    assert [(True, True)] == collects


@pytest.mark.parametrize("stream", [False, True])
async def test_requests_leave_nothing_to_collect(tmp_path: Path, *, stream: bool) -> None:
    """References alone free all that an answer needed: full collections may be seldom."""
    world = World(tmp_path)
    for _ in range(3):
        await world.chat(stream=stream)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            await world.chat(stream=stream)
        left = gc.collect()
    finally:
        gc.enable()

    assert left < 20


def test_serving_loads_only_what_it_needs() -> None:
    """No model library, though the clients in the tests bring one, and no client of metrics."""
    unwanted = ("litestar.plugins.attrs", "prometheus_client", "pydantic")
    script = (
        "import sys, fakeai.cli.serve; from fakeai.engine.server import live_engine, settings\n"
        "from fakeai.engine.table import sections; from fakeai.spec.load import load\n"
        "settings(live_engine(load(None, sections=sections(), environ={})))\n"
        f"print(sorted(set({unwanted}) & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.splitlines()[-1]
