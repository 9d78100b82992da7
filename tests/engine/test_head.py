"""Heads: the scope that is made of one, and its size."""

from __future__ import annotations

from fakeai.engine.head import _target, head_limits, make_scope
from fakeai.spec.server import Limits

ENDS = {"server": ("127.0.0.1", 8000), "client": ("10.0.0.7", 50000), "scheme": "http"}


def test_a_scope_has_the_path_as_sent_and_as_meant() -> None:
    """Escapes are undone in the path alone; what follows the question mark is the query."""
    scope = make_scope(ENDS, b"GET", b"/v1/models/a%2Fb?limit=2", "1.1", [(b"host", b"x")])

    assert "/v1/models/a/b" == scope["path"]
    assert b"/v1/models/a%2Fb" == scope["raw_path"]
    assert b"limit=2" == scope["query_string"]
    assert ("10.0.0.7", 50000) == scope["client"]


def test_scopes_share_nothing_that_changes() -> None:
    """What one application adds to its scope, the next one does not see."""
    first = make_scope(ENDS, b"GET", b"/", "1.1", [])
    first["state"]["seen"] = True

    assert {} == make_scope(ENDS, b"GET", b"/", "1.1", [])["state"]


def test_a_head_is_as_large_as_its_parts() -> None:
    """The target, the names and the values count."""
    limits = head_limits(Limits(header_bytes="10B"))

    assert not limits.are_broken(b"/12", [(b"abc", b"defg")])
    assert limits.are_broken(b"/123", [(b"abc", b"defg")])


def test_long_targets_are_not_remembered() -> None:
    """They would fill the memory; they are read all the same."""
    before = _target.cache_info().currsize
    scope = make_scope(ENDS, b"GET", b"/v1/models?after=" + b"a" * 1000, "1.1", [])

    assert ("/v1/models", 1006) == (scope["path"], len(scope["query_string"]))
    assert before == _target.cache_info().currsize
