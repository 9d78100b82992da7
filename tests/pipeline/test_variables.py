"""Template variables: each has a source, each view its own."""

from __future__ import annotations

from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.variables import ANSWER_TYPES, compile_view, getters


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def exchange(query: bytes = b"") -> Exchange:
    """Return an exchange of a GET."""
    return Exchange({"query_string": query, "path_params": {"a": "b"}}, _nothing, _nothing)


def test_every_variable_of_an_answer_has_a_source() -> None:
    """None is declared that cannot be given."""
    assert set(ANSWER_TYPES) == set(getters(list, lambda: 0.0))


def test_a_view_reads_only_what_is_used() -> None:
    """Names without a source are the caller's to give."""
    view = compile_view(frozenset({"path", "choice"}), getters(list, lambda: 0.0))

    assert {"path": {"a": "b"}} == view(exchange())


def test_a_query_is_a_map_of_texts() -> None:
    """Blank values stay, a name given twice is a list."""
    view = compile_view(frozenset({"query"}), getters(list, lambda: 0.0))

    assert {"query": {"a": ["1", "2"], "b": ""}} == view(exchange(b"a=1&a=2&b="))


def test_elapsed_time_is_since_the_start() -> None:
    """Whole milliseconds of the clock that was passed in."""
    view = compile_view(frozenset({"elapsed_ms"}), getters(list, lambda: 1.5))

    assert {"elapsed_ms": 1500} == view(exchange())


def test_brackets_in_a_query_make_a_map() -> None:
    """Percent-encoded or not; the other forms of one name leave their last value."""
    view = compile_view(frozenset({"query"}), getters(list, lambda: 0.0))

    assert {"query": {"m": {"a": "1", "b": "2"}}} == view(exchange(b"m[a]=1&m%5Bb%5D=2"))
    assert {"query": {"m": {"a": "1"}}} == view(exchange(b"m=x&m[a]=1"))
    assert {"query": {"m[a][b]": "1", "m": ["2"]}} == view(exchange(b"m[a][b]=1&m[]=2"))
