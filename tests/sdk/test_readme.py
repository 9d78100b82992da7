"""The README's examples, executed as they stand."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from fakeai.cli.validate import check

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ADDRESS = "http://127.0.0.1:8000/v1"


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_first_request_with_curl(base_url: str) -> None:
    """The command's own address, header and body get an answer."""
    words = shlex.split(blocks("sh")[1].replace("\\\n", " "))
    url, header, body = words[1], words[words.index("-H") + 1], words[words.index("-d") + 1]
    name, _, value = header.partition(": ")
    request = urllib.request.Request(  # noqa: S310 - our own server
        url.replace(ADDRESS, base_url), body.encode(), {name: value}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        said = json.loads(answer.read())

    assert "curl" == words[0]
    assert said["choices"][0]["message"]["content"]


def test_the_first_request_with_the_client(base_url: str) -> None:
    """The program prints an answer of as many tokens as it asks for."""
    [program] = blocks("python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program.replace(ADDRESS, base_url), "README.md", "exec"), {})  # noqa: S102

    assert len(printed.getvalue().split()) > 20


def test_the_first_edit_is_a_valid_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is saved as fakeai.yaml and checked."""
    monkeypatch.chdir(tmp_path)
    [spec] = blocks("yaml")
    (tmp_path / "fakeai.yaml").write_text(spec)

    assert [] == check(None).problems


def test_every_link_leads_somewhere() -> None:
    """Files that the README names are there."""
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]

    assert [] == [link for link in links if not (ROOT / link).exists()]
