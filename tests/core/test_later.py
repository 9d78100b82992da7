"""Later: modules that wait until they are needed."""

from __future__ import annotations

import sys

import pytest

from fakeai.core.later import Later

MODULE = "this"


def test_a_module_is_loaded_when_something_in_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not before, and once."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    module = Later(MODULE)

    assert MODULE not in sys.modules
    assert "ideas" not in vars(module)
    assert module.d is sys.modules[MODULE].d
    assert vars(module)["d"] is module.d
    assert "Beautiful" in capsys.readouterr().out


def test_what_a_module_does_not_have_is_an_error() -> None:
    """As on the module itself."""
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = Later("json").nothing_of_that_name
