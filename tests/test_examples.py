"""Every example validates, and does what its first lines promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from fakeai.engine.dry import dry_engine
from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.extras import HAS_BPE
from tests.harness import Answer, World

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_valid(path: Path) -> None:
    """Without even a warning."""
    if "fakeai[bpe]" in path.read_text("utf-8") and not HAS_BPE:
        pytest.skip("fakeai[bpe] is not installed")

    engine = dry_engine(load(path, sections=sections(), environ={}))

    assert () == engine.warnings


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_leaves_out_no_stage_in_silence(path: Path) -> None:
    """A pipeline of its own has every stage of the built-in one, or a comment that names it."""
    text = path.read_text("utf-8")
    built_in = yaml.safe_load((EXAMPLES.parent / "fakeai.yaml").read_text("utf-8"))["pipeline"]
    own = yaml.safe_load(text).get("pipeline", built_in)
    reasons = "".join(line.partition("#")[2] for line in text.splitlines())

    assert [] == [stage for stage in built_in if stage not in own and stage not in reasons]


def overlay(name: str) -> str:
    """Return an example without its head."""
    return (EXAMPLES / name).read_text().partition("extends: builtin\n")[2]


async def ask(world: World, key: str | None, **fields: Any) -> Answer:
    """Send a chat completion with a key."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **fields}
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return await world.send("POST", "/v1/chat/completions", body, headers=headers)


async def test_strict_answers_as_the_real_api(tmp_path: Path) -> None:
    """401 without a key, 400 for a bad body, 404 for an unknown model."""
    world = World(tmp_path, overlay("openai-strict.yaml"))
    answers = [
        await ask(world, None),
        await ask(world, "any", temperature=9),
        await ask(world, "any", model="nobody-knows"),
        await ask(world, "any"),
    ]

    assert [401, 400, 404, 200] == [answer.status for answer in answers]


async def test_strict_keeps_what_it_is_asked_to_keep(tmp_path: Path) -> None:
    """`store: true`, and then a look at it."""
    world = World(tmp_path, overlay("openai-strict.yaml"))
    stored = (await ask(world, "any", store=True)).json["id"]
    headers = {"authorization": "Bearer any"}
    shown = await world.send("GET", f"/v1/chat/completions/{stored}", None, headers=headers)

    assert (200, stored) == (shown.status, shown.json["id"])


async def test_the_rate_limited_team_is_limited(tmp_path: Path) -> None:
    """Three requests a minute for one key, plenty for the other, none for strangers."""
    world = World(tmp_path, overlay("rate-limited-team.yaml"))
    batch = [(await ask(world, "batch-secret")).status for _ in range(4)]

    assert [200, 200, 200, 429] == batch
    assert 200 == (await ask(world, "search-secret")).status
    assert 401 == (await ask(world, "stranger")).status
