"""Files: where a spec's own files lie, and the built-in ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fakeai.core.problem import Problem
from fakeai.core.value import Value

if TYPE_CHECKING:
    from fakeai.core.problem import Place

BUILTIN: Final = "builtin"
SPEC_FILE: Final = "fakeai.yaml"
_PACKAGE: Final = Path(__file__).resolve().parents[1]


def builtin_folder() -> Path:
    """Return the folder of the built-in spec: inside an installed package, else beside it."""
    bundled = _PACKAGE / "_builtin"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def real(path: Path) -> Path:
    """Return where a path leads; links that go round lead to one of themselves."""
    return Path(os.path.realpath(path))


def shown(path: Path) -> str:
    """Return a path as messages name it: relative to here, or to the built-in folder."""
    resolved = real(path)
    if resolved.is_relative_to(Path.cwd()):
        return resolved.relative_to(Path.cwd()).as_posix()
    builtin = real(builtin_folder())
    if resolved.is_relative_to(builtin):
        return f"{BUILTIN}:{resolved.relative_to(builtin).as_posix()}"
    relative = os.path.relpath(resolved)
    return min(relative, str(resolved), key=len)


def on_disk(name: str) -> Path:
    """Return the path of a file that messages name so."""
    if name.startswith(f"{BUILTIN}:"):
        return builtin_folder() / name.removeprefix(f"{BUILTIN}:")
    return Path(name)


class Files(Value):
    """The files that a spec was read from, and the folders in which it finds others."""

    read: tuple[str, ...]
    """As messages name them, the uppermost overlay first."""
    folders: tuple[Path, ...]
    """The uppermost overlay's first, then its parents', the built-in one last."""

    def find(self, name: str, beside: str | None = None) -> Path | None:
        """Return a file by its relative path, looking first beside the file that names it."""
        for folder in self._searched(beside):
            path = folder / name
            if path.is_file():
                return path
        return None

    def missing(self, name: str, place: Place, path: str, beside: str | None = None) -> Problem:
        """Return the problem that a file which a spec names at a path cannot be found."""
        folders = dict.fromkeys(shown(folder) for folder in self._searched(beside))
        return Problem(
            code="FA037",
            place=place,
            path=path,
            message=f"the file `{name}` does not exist",
            hint=f"looked in {', '.join(folders)}",
        )

    def _searched(self, beside: str | None) -> tuple[Path, ...]:
        return self.folders if beside is None else (on_disk(beside).parent, *self.folders)
