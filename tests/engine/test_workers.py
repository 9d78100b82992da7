"""Workers: what cannot be shared is told; what is served is one server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from fakeai.engine.dry import dry_engine
from fakeai.engine.table import sections
from fakeai.engine.workers import memories
from fakeai.spec.load import load

STORED = """
resources: { chat_completions: {} }
endpoints: { chat_completions: { resource: chat_completions } }
"""
HASHED = f"key: 'sha256:{64 * '0'}'"
EXAMPLE = Path(__file__).parents[2] / "examples" / "workers.yaml"


def remembered(folder: Path, overlay: str) -> list[str]:
    """Return the paths of a spec over the example that keep it from several workers."""
    path = folder / "a.yaml"
    path.write_text(f"fakeai: 1\nextends: {EXAMPLE}\n{overlay}")
    loaded = load(path, sections=sections(), environ={})
    return [problem.path for problem in memories(dry_engine(loaded))]


@pytest.mark.parametrize(
    ("overlay", "path"),
    [
        ("metrics: {}", "metrics"),
        ("abuse: { strikes: { invalid: 1 }, bans: [{ at: 2, for: 1m }] }", "abuse"),
        ("rate_limits: { default_tier: a, tiers: { a: { rpm: 5 } } }", "rate_limits"),
        ("kv_cache: { default: a, pools: { a: {} } }", "kv_cache"),
        ("latency: { profiles: { slow: { ttft: 1s } } }", "latency"),
        ("ledger: {}", "ledger"),
        (STORED, "resources.chat_completions"),
        (f"auth: {{ keys: {{ a: {{ {HASHED}, budget: 1 }} }} }}", "auth.keys"),
        ("unknown_models: create", "unknown_models"),
        ("determinism: sequence", "determinism"),
    ],
)  # fmt: skip
def test_what_is_remembered_is_a_problem(tmp_path: Path, overlay: str, path: str) -> None:
    """A spec that remembers nothing else names just that."""
    assert [path] == remembered(tmp_path, overlay)


@pytest.mark.parametrize(
    ("overlay", "way"),
    [("", "say `unknown_models: reject`"), ("determinism: sequence", "`determinism: request`")],
)
def test_the_way_out_is_one(tmp_path: Path, overlay: str, way: str) -> None:
    """What is there by default cannot be taken out."""
    path = tmp_path / "a.yaml"
    path.write_text(f"fakeai: 1\nextends: builtin\n{overlay}\n")
    loaded = load(path, sections=sections(), environ={})

    assert any(way in (problem.hint or "") for problem in memories(dry_engine(loaded)))


def test_what_is_not_remembered_is_none(tmp_path: Path) -> None:
    """Keys without budgets and profiles without delay need no memory."""
    overlay = f"auth: {{ keys: {{ a: {{ {HASHED} }} }} }}\nlatency: {{ profiles: {{ a: {{}} }} }}\n"

    assert [] == remembered(tmp_path, overlay)


def test_workers_are_one_server(tmp_path: Path) -> None:
    """A seed that is left to chance is the same in all; ids are not; a signal ends them all."""
    spec = tmp_path / "a.yaml"
    spec.write_text(f"fakeai: 1\nextends: {EXAMPLE}\nseed: random\n")
    command = [sys.executable, "-m", "fakeai", "serve", str(spec), "--workers", "2", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = next(line.split()[1] for line in process.stdout if "listens" in line)
            answers = [_chat(address) for _ in range(24)]
        finally:
            process.send_signal(signal.SIGTERM)
        # The workers hold the other end of this pipe: it ends with the last of them.
        process.stdout.read()

    assert -signal.SIGTERM == process.returncode
    assert (24, 1) == (
        len({answer["id"] for answer in answers}),
        len({answer["choices"][0]["message"]["content"] for answer in answers}),
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_it_quietly(tmp_path: Path, workers: int) -> None:
    """By that signal, so that a shell knows; nothing is said."""
    process = _serving(tmp_path, workers)
    process.send_signal(signal.SIGINT)

    assert ("", -signal.SIGINT) == (process.communicate(timeout=20)[1], process.returncode)


def test_the_end_of_a_worker_is_told(tmp_path: Path) -> None:
    """The others end with it."""
    process = _serving(tmp_path, 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.terminate()
        pytest.skip("the system does not list a process's children")
    worker = int(children.read_text().split()[0])
    os.kill(worker, signal.SIGKILL)
    said = process.communicate(timeout=20)[1]

    assert (f"the worker {worker} ended by a signal (Killed), and the server with it\n", 1) == (
        said,
        process.returncode,
    )


def _serving(folder: Path, workers: int) -> subprocess.Popen[str]:
    """Return a server that listens."""
    spec = folder / "a.yaml"
    spec.write_text(f"fakeai: 1\nextends: {EXAMPLE}\n")
    command = [sys.executable, "-m", "fakeai", "serve", str(spec), "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--workers", str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any("listens" in line for line in process.stdout)
    return process


def _chat(address: str) -> Any:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/v1/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        return json.load(answer)
