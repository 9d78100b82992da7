"""Locks: paths of a spec that its overlays may not change."""

from __future__ import annotations

import pytest

from fakeai.core.document import parse
from fakeai.spec.locks import broken_locks, idle_locks, unknown_locks
from fakeai.spec.schema import shape_of, spec_type
from tests.spec.sections import SECTIONS

PARENT = """
models: { gpt-4.1: { owner: a, latency: b } }
auth: { keys: { k: { tier: t } }, required: true }
"""


def broken(lock: str, overlay: str) -> list[str]:
    """Return the paths at which an overlay breaks a lock of PARENT."""
    parent = parse(f"locked: ['{lock}']\n{PARENT}", "parent")
    return [problem.path for problem in broken_locks(parent, parse(overlay, "overlay"))]


@pytest.mark.parametrize(
    ("lock", "overlay", "expected"),
    [
        ("models", "models: {gpt-4.1: {owner: x}}", ["models.gpt-4.1.owner"]),
        ("models", "models: {new: {}}", ["models.new"]),
        ("models", "models: null", ["models"]),
        ("models.gpt-4.1", "models: {gpt-4.1: null}", ["models.gpt-4.1"]),
        ("models.gpt-4.1", "models: {gpt-4: {owner: x}}", []),
        ("models.*.owner", "models: {gpt-4.1: {latency: x}}", []),
        ("models.*.owner", "models: {gpt-4.1: {owner: x}}", ["models.gpt-4.1.owner"]),
        ("models.*.owner", "models: {gpt-4.1: null}", ["models.gpt-4.1"]),
        ("models.*.owner", "models: false", ["models"]),
        ("auth.keys.*", "auth: {keys: {new: {tier: t}}}", ["auth.keys.new"]),
        ("auth.keys.*", "auth: {required: false}", []),
        ("auth.keys.*", "auth: {keys: {k: {tier: t}}}", []),
        ("model", "models: null", []),
    ],
)
def test_broken_locks(lock: str, overlay: str, expected: list[str]) -> None:
    """What a lock names, its parts and what holds it cannot be set, added to or deleted."""
    assert expected == broken(lock, overlay)


def test_both_places_are_cited() -> None:
    """The lock, and the value that it protects."""
    parent = parse("locked: [server]\nserver: { port: 1 }", "parent")
    (problem,) = broken_locks(parent, parse("server: { port: 2 }", "overlay"))

    assert str(problem.place) == "overlay:1:11"
    assert ["parent:1:10", "parent:2:11"] == [str(other.place) for other in problem.related]


def test_a_lock_must_begin_with_a_section() -> None:
    """A misspelt lock would protect nothing, in silence."""
    node = parse("locked: [server, serevr.port, '*', 5]", "f")
    (problem,) = unknown_locks(node, ["server", "models"])

    assert ("FA067", "f:1:18", '"server.port"') == (
        problem.code,
        str(problem.place),
        problem.replacement,
    )


@pytest.mark.parametrize(
    "lock",
    [
        "server.prot",
        "models.*.latancy",
        "latency.profiles.*.ttft.medain",
        "rules.a",
        "seed.x",
    ],
)
def test_a_lock_must_lead_somewhere(lock: str) -> None:
    """A misspelt part would protect nothing, in silence."""
    (problem,) = idle_locks(parse(f"locked: [{lock}]", "f"), shape_of(spec_type(SECTIONS)))

    assert ("FA067", "f:1:10") == (problem.code, str(problem.place))


@pytest.mark.parametrize(
    "lock",
    [
        "server.port",
        "server",
        "*.port",
        "models.gpt-4.1.latency",
        "models.*.latency",
        "models.gpt-4.1",
        "latency.profiles.*.ttft.median",
        "pricing.any",
    ],
)
def test_a_lock_that_leads_somewhere(lock: str) -> None:
    """Names may have dots in them, and need not exist yet."""
    shape = shape_of(spec_type(SECTIONS))

    assert [] == list(idle_locks(parse(f"locked: ['{lock}']", "f"), shape))
