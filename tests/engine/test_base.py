"""A server does without what it never uses."""

from __future__ import annotations

import subprocess
import sys


def test_a_server_does_not_load_the_file_watcher() -> None:
    """Whoever imports uvicorn first decides; a process that has it already is not asked."""
    code = "import sys, fakeai.engine.server; sys.exit('watchfiles' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code

    assert 0 == done.returncode
