"""Later: modules that wait until they are needed."""

from __future__ import annotations

import importlib
import sys

import pytest

from fakeai.core.later import Later, absent

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


def test_a_package_is_absent_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tries to import it meanwhile is told that there is none; later it is there."""
    monkeypatch.delitem(sys.modules, "wave", raising=False)

    with absent("wave"), pytest.raises(ImportError):
        importlib.import_module("wave")

    assert "wave" == importlib.import_module("wave").__name__


def test_a_package_that_is_loaded_stays() -> None:
    """It costs nothing more."""
    with absent("sys"):
        assert sys is importlib.import_module("sys")
