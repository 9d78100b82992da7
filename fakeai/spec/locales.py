"""Locales: the languages and countries that texts can be made in."""

from __future__ import annotations

import locale
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fakeai.core.document import locate, path_text
from fakeai.core.nearest import did_you_mean, listed, near_misses
from fakeai.core.problem import Problem
from fakeai.spec.wording import yaml_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Node

_PATH = ("templates", "corpus", "locale")


def unknown_locale(tree: Node) -> Iterator[Problem]:
    """Yield a problem if answers are to be made in a locale that Faker does not have."""
    node = locate(tree, _PATH)
    known = faker_locales()
    if not isinstance(node.value, str) or not known or faker_name(node.value) in known:
        return
    near = near_misses(node.value, known)
    yield Problem(
        code="FA023",
        place=node.place,
        path=path_text(_PATH),
        message=f"no texts can be made in `{node.value}`",
        hint=did_you_mean(near) or f"there are: {listed(known)}",
        replacement=yaml_word(near[0]) if len(near) == 1 else None,
    )


def faker_name(word: str) -> str:
    """Return a locale as Faker names it: `de` and `de-DE` are `de_DE`."""
    return locale.normalize(word.replace("-", "_")).partition(".")[0]


@cache
def faker_locales() -> tuple[str, ...]:
    """Return the locales of the installed Faker, by the names of its folders.

    Importing it would take longer than all of a check.
    """
    faker = find_spec("faker")
    roots = (faker.submodule_search_locations if faker else None) or ()
    folders = (each for root in roots for each in Path(root).glob("providers/*/[a-z]*"))
    return tuple(sorted({each.name for each in folders if each.is_dir()}))
