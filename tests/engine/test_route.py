"""Routes taken apart: parameters, methods, shapes."""

from __future__ import annotations

import pytest

from fakeai.engine.route import Route, parse_route, path_parameters


def route(text: str) -> Route:
    """Return a route that must parse."""
    parsed = parse_route(text)
    assert isinstance(parsed, Route)
    return parsed


def test_parameters_are_named_in_order() -> None:
    """`{name}` takes one part, `{name:path}` the rest."""
    parsed = route("POST /v1/threads/{thread}/runs/{run:path}")

    assert ("thread", "run") == parsed.parameters
    assert "run" == parsed.rest
    assert "/v1/threads/{part_thread:str}/runs/{part_run:path}" == parsed.litestar_path


def test_what_the_router_found_has_the_routes_names() -> None:
    """The rest of a path begins without a slash."""
    found = {"part_part_a": "1", "part_rest": "/b/c"}

    assert {"part_a": "1", "rest": "b/c"} == path_parameters(found, "rest")


def test_slashes_that_divide_nothing_are_left_out() -> None:
    """As the router does."""
    assert "/v1/x/{y}" == route("GET //v1/x//{y}/").path
    assert "/" == route("GET /").path


def test_head_works_wherever_get_does() -> None:
    """A GET row answers HEAD; a POST row does not."""
    assert ("GET", "HEAD") == route("GET /health").methods
    assert ("POST",) == route("POST /v1/x").methods


def test_routes_that_take_the_same_requests_have_one_shape() -> None:
    """The name of a parameter makes no difference."""
    assert route("GET /v1/a/{x}").shape == route("GET /v1/a/{y}").shape
    assert route("GET /v1/a/{x}").shape != route("GET /v1/a/{x:path}").shape


@pytest.mark.parametrize(
    ("path", "matches"),
    [("/v1/a/b", True), ("/v1/a/b/", True), ("/v1/a/b/c", False), ("/v1/a", False)],
)
def test_the_pattern_takes_what_the_router_takes(path: str, matches: bool) -> None:
    """A plain parameter is one part of the path."""
    assert matches == bool(route("GET /v1/a/{x}").pattern().fullmatch(path))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("GET /v1/{a}/{a}", "the parameter `a` occurs twice"),
        (
            "GET /v1/{a:path}/b",
            "`{a:path}` takes the rest of the path, so it must be the last part",
        ),
        ("GET /v1/x{a}", "`x{a}` is neither plain text nor one `{name}`"),
        ("GET /v1/{A}", "`{A}` is neither plain text nor one `{name}`"),
    ],
)
def test_a_bad_route_says_why(text: str, reason: str) -> None:
    """What is wrong is said in words."""
    assert reason == parse_route(text)
