"""reload: the server follows its spec, as long as that is right."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "fakeai: 1\nextends: builtin\nserver: { port: 0 }\nmetrics: { path: /@ }\n"


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_spec_that_is_right_is_served_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    """The server goes on meanwhile; a signal ends it and the process that watches, quietly."""
    path = tmp_path / "a.yaml"
    path.write_text(SPEC.replace("@", "first"))
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "fakeai", "serve", str(path), "--reload"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        started = (line.split()[1] for line in process.stdout if "listens" in line)
        told = (line for line in process.stderr if "unknown key" in line)
        first = next(started)
        path.write_text(SPEC.replace("@", "first") + "sed: 1\n")
        problem = next(told)
        meanwhile = _status(f"{first}/first")
        path.write_text(SPEC.replace("@", "second"))
        second = next(started)
        statuses = [_status(f"{second}/{page}") for page in ("second", "first")]
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=20)[1]

    assert "sed" in problem
    assert (200, [200, 404]) == (meanwhile, statuses)
    assert "Traceback" not in log
    assert 0 == process.returncode
