"""Files: where a spec's own files lie, and the built-in ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.problem import Place
from fakeai.spec import files
from fakeai.spec.files import Files, builtin_folder, on_disk, shown

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_built_in_folder_holds_the_built_in_spec() -> None:
    """In the repository it is the folder of fakeai.yaml."""
    assert (builtin_folder() / "fakeai.yaml").is_file()


def test_an_installed_package_brings_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel holds the built-in files in one folder of the package."""
    (tmp_path / "_builtin").mkdir()
    monkeypatch.setattr(files, "_PACKAGE", tmp_path)

    assert tmp_path / "_builtin" == builtin_folder()


def test_names_are_short_and_lead_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to here, else to the built-in folder, else as short as can be."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    inside = tmp_path / "here" / "teams" / "a.yaml"
    beside = tmp_path / "b.yaml"
    builtin = builtin_folder() / "schemas" / "c.yaml"

    assert shown(inside) == "teams/a.yaml"
    assert shown(beside) == "../b.yaml"
    assert shown(builtin) == "builtin:schemas/c.yaml"
    for path in (inside, beside, builtin):
        assert path.resolve() == on_disk(shown(path)).resolve()


def test_the_built_in_spec_has_its_plain_name_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own folder a file is named as any other is."""
    monkeypatch.chdir(builtin_folder())

    assert shown(builtin_folder() / "fakeai.yaml") == "fakeai.yaml"


def test_find_goes_from_the_overlay_to_the_built_in_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that names another is asked first, then overlay, parents, built-in."""
    for name in ("team/only.j2", "team/both.j2", "base/both.j2", "base/one.j2", "far/both.j2"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    monkeypatch.chdir(tmp_path)
    found = Files(("team/a.yaml",), (tmp_path / "team", tmp_path / "base", builtin_folder()))

    assert tmp_path / "team/both.j2" == found.find("both.j2")
    assert tmp_path / "base/one.j2" == found.find("one.j2")
    assert (tmp_path / "far/both.j2").samefile(found.find("both.j2", "far/x.yaml") or "")
    assert builtin_folder() / "fakeai.yaml" == found.find("fakeai.yaml")
    assert found.find("none.j2") is None


def test_what_is_missing_is_told_with_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each folder once, in the order in which they are searched."""
    monkeypatch.chdir(tmp_path)
    files = Files(("team/a.yaml",), (tmp_path / "team", tmp_path / "base"))
    place = Place("far/x.yaml", 3, 7)
    anywhere = files.missing("none.j2", place, "a.b")
    beside = files.missing("none.j2", place, "a.b", "far/x.yaml")

    assert ("FA037", place, "a.b") == (anywhere.code, anywhere.place, anywhere.path)
    assert "the file `none.j2` does not exist" == anywhere.message
    assert "looked in team, base" == anywhere.hint
    assert "looked in far, team, base" == beside.hint
    assert "looked in team, base" == files.missing("n", place, "a", "team/a.yaml").hint
