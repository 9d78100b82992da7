"""Violations: each breach of a schema with its cause and a way out."""

from __future__ import annotations

import pytest

from fakeai.core.document import parse, path_text, plain
from fakeai.spec.schema import shape_of, spec_type
from fakeai.spec.violations import Violation, violations
from tests.spec.sections import SECTIONS

SHAPE = shape_of(spec_type(SECTIONS))


def only(text: str) -> Violation:
    """Return the only breach of a spec of these sections."""
    value = SHAPE.complete(plain(parse(f"fakeai: 1\n{text}", "f")), SHAPE.schema)
    (violation,) = violations(value, SHAPE)
    return violation


@pytest.mark.parametrize(
    ("text", "code", "path", "replacement"),
    [
        ("server: { prot: 1 }", "FA010", "server.prot", "port"),
        ("clock: { colour: 1 }", "FA010", "clock.colour", None),
        ("server: { port: '80' }", "FA011", "server.port", "80"),
        ("server: { host: 80 }", "FA011", "server.host", '"80"'),
        ("server: 5", "FA011", "server", None),
        ("audit: { keep: on }", "FA011", "audit.keep", "true"),
        ("audit: true", "FA011", "audit", "{}"),
        ("models: { a: { created: 1.0 } }", "FA011", "models.a.created", None),
        ("rules: [{ id: a }]", "FA012", "rules[0]", None),
        ("audit: { quotas: [] }", "FA015", "audit.quotas", None),
        ("audit: { max_bytes: 5 }", "FA020", "audit.max_bytes", None),
        ("audit: { max_bytes: '5' }", "FA020", "audit.max_bytes", None),
        ("audit: { max_bytes: 5mb }", "FA021", "audit.max_bytes", "5MB"),
        ("audit: { max_bytes: 5 tons }", "FA021", "audit.max_bytes", None),
        ("server: { port: -1 }", "FA022", "server.port", None),
        ("ids: Fixed", "FA023", "ids", "fixed"),
        ("seed: random.", "FA023", "seed", "random"),
        ("clock: { fixed: now }", "FA024", "clock.fixed", None),
    ],
)
def test_every_kind_of_breach(text: str, code: str, path: str, replacement: str | None) -> None:
    """Each has its code, its exact path, and what mends it when that is certain."""
    violation = only(text)

    assert (code, path, replacement) == (
        violation.code,
        path_text(violation.path),
        violation.replacement,
    )


def test_the_member_of_a_union_that_was_meant() -> None:
    """A tagged map is judged by its own member, not by all of them."""
    violation = only("templates: { answer_tokens: { distribution: normal, mean: x, stddev: 1 } }")

    assert ("FA011", "templates.answer_tokens.mean") == (
        violation.code,
        path_text(violation.path),
    )


def test_a_missing_or_unknown_tag_lists_the_known_ones() -> None:
    """The tag that may be left out is not one to write."""
    missing = only("templates: { answer_tokens: { mean: 1 } }")
    unknown = only("latency: { profiles: { a: { ttft: { distribution: odd } } } }")

    assert ("FA012", "missing key `distribution`") == (missing.code, missing.message)
    assert ("FA023", "latency.profiles.a.ttft.distribution") == (
        unknown.code,
        path_text(unknown.path),
    )
    assert "`normal`" in unknown.message
    assert "`work`" not in unknown.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("models: { a: { profiles: {} } }", "it belongs in `latency`"),
        (
            "latency: { profiles: { a: { ttft: { median: 1s } } } }",
            "a map with another `distribution` has it",
        ),
        ("clock: { colour: 1 }", "known keys: `speed`, `fixed`"),
        (
            "models: { a: { created: null } }",
            "`null` deletes what a parent has; here there is nothing to delete",
        ),
        ("models: { a: { aliases: b } }", "a list of one is written `[b]`"),
        ("audit: { keep: 'true' }", "without quotes it is `true`"),
        (
            "audit: { max_bytes: 5 }",
            "write `5B`; larger units are `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`",
        ),
    ],
)
def test_ways_out(text: str, hint: str) -> None:
    """The hint says what to do, in one line."""
    assert hint == only(text).hint


def test_the_text_of_a_secret_is_not_repeated() -> None:
    """What was written where another type belongs may be a key."""
    assert only("server: { port: sk-secret }").message == "expected an integer, got a string"
