"""What only the engine can check: names and order of the pipeline, routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ORDER = "request_log, body, schema, inputs, model, context, tokens, generate, latency, pricing"


def problems(folder: Path, overlay: str) -> list[tuple[str, str, str | None]]:
    """Return code, message and hint of everything that is wrong."""
    with pytest.raises(SpecError) as caught:
        World(folder, overlay)
    return [(p.code, p.message, p.hint) for p in caught.value.problems]


def test_an_unknown_stage_gets_a_near_miss(tmp_path: Path) -> None:
    """The name is marked at its place in the list."""
    found = problems(tmp_path, f"pipeline: [{ORDER}, respnd, respond]\n")

    assert [("FA032", "unknown stage `respnd`", "did you mean `respond`?")] == found


def test_a_stage_twice_is_a_problem(tmp_path: Path) -> None:
    """It would run twice."""
    found = problems(tmp_path, f"pipeline: [{ORDER}, body, respond]\n")

    assert [("FA033", "`body` stands twice in the pipeline", None)] == found


def test_a_stage_before_what_it_reads_is_a_problem(tmp_path: Path) -> None:
    """The message names the field and who writes it."""
    order = ORDER.replace("inputs, model", "model, inputs")
    found = problems(tmp_path, f"pipeline: [{order}, respond]\n")

    assert (
        "FA034",
        "`model` reads `inputs`, which `inputs` writes later in the pipeline",
        None,
    ) in (found)


def test_a_stage_whose_writer_is_missing_is_a_problem(tmp_path: Path) -> None:
    """A field without a neutral value needs its writer."""
    found = problems(tmp_path, f"pipeline: [{ORDER.replace('body, ', '')}, respond]\n")

    said = "which `body` writes, and that is not in the pipeline"

    assert [
        ("FA034", f"`schema` reads `request`, {said}", None),
        ("FA034", f"`inputs` reads `request`, {said}", None),
    ] == found


@pytest.mark.parametrize(
    ("overlay", "path"),
    [
        (f"pipeline: [{ORDER}]\n", "pipeline"),
        (f"pipeline: [respond, {ORDER}]\n", "pipeline[0]"),
        ("endpoints: {health: {skip: [respond]}}\n", "endpoints.health.skip[0]"),
    ],
)
def test_an_answer_must_be_sent_at_the_end(tmp_path: Path, overlay: str, path: str) -> None:
    """Every request would wait for ever."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, overlay)
    found = [(p.path, p.place.line) for p in caught.value.problems if p.code == "FA039"]

    assert [(path, 3)] == found


def test_a_pipeline_without_a_generator_says_so(tmp_path: Path) -> None:
    """Any of them would do; `generate` is their place."""
    found = problems(tmp_path, f"pipeline: [{ORDER.replace('generate, ', '')}, respond]\n")

    assert any("which `generate` writes, and that is not in" in message for _, message, _ in found)
    assert not any("resource" in message for _, message, _ in found)


def test_unknown_generators_and_skips_are_problems(tmp_path: Path) -> None:
    """Both list what there is."""
    overlay = "endpoints: { health: { generate: complete, skip: [bodies] } }\n"
    found = problems(tmp_path, overlay)

    assert {"unknown generator `complete`", "unknown stage `bodies`"} <= {m for _, m, _ in found}


def test_two_endpoints_on_one_route_are_a_problem(tmp_path: Path) -> None:
    """The names of parameters make no difference."""
    overlay = "endpoints: { other: { route: 'GET /v1/models/{id:path}', protocol: openai } }\n"
    found = problems(tmp_path, overlay)

    assert (
        "FA036",
        "`GET /v1/models/{id:path}` is already taken by the endpoint `model`",
        None,
    ) in (found)


def test_a_bad_route_says_why(tmp_path: Path) -> None:
    """The reason is in words."""
    overlay = "endpoints: { other: { route: 'GET /v1/{a:path}/b', protocol: openai } }\n"
    [(code, message, _)] = [p for p in problems(tmp_path, overlay) if p[0] == "FA035"]

    assert "FA035" == code
    assert "must be the last part" in message


@pytest.mark.parametrize(
    ("route", "more"),
    [
        ("GET /docs", ""),
        ("GET /openapi.json/", ""),
        ("DELETE /ops/bans/{a}/{b}", "server: { admin: { token: root, path: /ops } }\n"),
    ],
)
def test_the_servers_own_pages_are_taken(tmp_path: Path, route: str, more: str) -> None:
    """Without the admin routes, their paths are free."""
    overlay = f"{more}endpoints: {{ other: {{ route: '{route}', protocol: openai }} }}\n"
    found = problems(tmp_path, overlay)

    assert ("FA036", f"`{route}` is a page of the server's own", None) in found


def test_a_slash_at_the_end_makes_no_other_route(tmp_path: Path) -> None:
    """Both rows would answer the same requests."""
    overlay = "endpoints: { other: { route: 'GET /health/', protocol: openai } }\n"
    found = problems(tmp_path, overlay)

    assert ("FA036", "`GET /health/` is already taken by the endpoint `health`", None) in found


def test_the_metrics_cannot_stand_where_the_documentation_does(tmp_path: Path) -> None:
    """Nor where an endpoint does."""
    found = problems(tmp_path, "metrics: { path: /docs }\n")

    assert [("FA036", "`GET /docs` is already taken", None)] == found
