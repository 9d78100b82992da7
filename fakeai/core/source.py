"""Sources: the text of a file, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.problem import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

#: A spec is written by people; what is larger than this is not one.
FILE_BYTES_MAX: Final = 16 * 2**20


def read_text(path: Path, file: str, problems: list[Problem]) -> str | None:
    """Return a file's text, or None and a problem that says why it cannot be read."""
    code, message = "FA004", ""
    try:
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES_MAX + 1)
        if len(data) <= FILE_BYTES_MAX:
            return data.decode("utf-8-sig")
        message = f"larger than {FILE_BYTES_MAX >> 20} MiB"
    except FileNotFoundError:
        code, message = "FA000", "no such file"
    except IsADirectoryError:
        message = "a folder, not a file"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        problems.append(_not_utf8(error, file))
        return None
    problems.append(Problem(code=code, place=Place(file, 1, 1), path="", message=message))
    return None


def _not_utf8(error: UnicodeDecodeError, file: str) -> Problem:
    """Return the first byte that is not UTF-8 as a problem."""
    before = bytes(error.object[: error.start])
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    return Problem(
        code="FA004",
        place=Place(file, before.count(b"\n") + 1, column),
        path="",
        message=f"not UTF-8: byte 0x{error.object[error.start]:02x}",
        hint="save the file as UTF-8",
    )
