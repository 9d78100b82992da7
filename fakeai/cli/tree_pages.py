"""The generated page of what templates may use."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from fakeai.pipeline import variables as v
from fakeai.pipeline.personas import TYPES as PERSONA_TYPES
from fakeai.template.directives import __doc__ as directives
from fakeai.template.environment import TESTS
from fakeai.template.filters import FILTERS
from fakeai.template.hints import attributes, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Tree to where it stands and what it may read.
_TREES: Final[dict[str, Mapping[str, Any]]] = {
    "`inputs` of an endpoint's template": v.INPUT_TYPES,
    "`response`, `save`, and `start` and `end` of `stream`": v.ANSWER_TYPES,
    "`choice` of `stream`: `start` and `end`": v.CHOICE_TYPES,
    "a segment of `stream`: `start` and `end`": v.SEGMENT_TYPES,
    "a segment of `stream`: `delta` and `last`": v.TOKEN_TYPES,
    "`headers` of an endpoint's template": v.ANSWER_HEADER_TYPES,
    "`headers` of a protocol": v.HEADER_TYPES,
    "`error` of a protocol, and its wordings": v.ERROR_TYPES,
    "a persona's text": PERSONA_TYPES,
}


def trees_page(made: str) -> str:
    """Return the page of the trees, what each may read, the filters and the directives."""
    blocks = ["# Templates\n", made]
    blocks.append(
        "A leaf of a tree is a text with Jinja expressions in it, such as `{{ model.name }}`. What "
        "request data does not have is null.\n"
    )
    blocks.append("## What each tree may read\n\n| tree | variables |\n|---|---|")
    blocks.append("\n".join(f"| {tree} | {_names(types)} |" for tree, types in _TREES.items()))
    blocks.append("\n## Variables\n\n| variable | is |\n|---|---|")
    every = {name: kind for types in _TREES.values() for name, kind in types.items()}
    blocks.append("\n".join(f"| `{name}` | {_is(kinds(every[name]))} |" for name in sorted(every)))
    for owner in _owners(every):
        blocks.append(f"\n### {owner.__name__}\n\n| attribute | is |\n|---|---|")
        blocks.append(
            "\n".join(f"| `{name}` | {_is(is_)} |" for name, is_ in attributes(owner).items())
        )
    blocks.append(f"\n## Filters\n\n{_names(FILTERS)}\n")
    blocks.append(f"## Tests\n\n{_names(TESTS)}\n")
    title, _, rest = str(directives).partition("\n")
    blocks.append(f"## Directives\n\n{title.removeprefix('Directives: ').capitalize()}\n{rest}")
    return "\n".join(blocks)


def _names(names: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _is(owner: tuple[Any, ...]) -> str:
    """Return types in words; those of ours lead to their attributes."""
    words = dict.fromkeys(_word(kind) for kind in owner if kind is not NoneType)
    return " or ".join(words) + (" or null" if NoneType in owner else "")


def _word(kind: Any) -> str:
    plain = get_origin(kind) or kind
    inner = [part for part in get_args(kind) if part is not Ellipsis]
    if plain in {list, tuple, set, frozenset}:
        return f"a list of {_is(kinds(inner[0]))}" if inner else "a list"
    if not isinstance(plain, type):
        return "anything"
    if _is_ours(plain):
        return f"[{plain.__name__}](#{plain.__name__.lower()})"
    return _WORDS.get(plain, plain.__name__)


_WORDS: Final = {
    dict: "a map",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith("fakeai.")


def _owners(types: Mapping[str, Any]) -> list[type]:
    """Return our classes that can be reached from the variables, by name."""
    found: dict[type, None] = {}
    waiting = [part for annotation in types.values() for part in _parts(annotation)]
    while waiting:
        owner = waiting.pop()
        if owner not in found:
            found[owner] = None
            waiting += [p for held in attributes(owner).values() for k in held for p in _parts(k)]
    return sorted(found, key=lambda owner: owner.__name__)


def _parts(annotation: Any) -> Iterator[type]:
    for kind in kinds(annotation):
        if _is_ours(kind):
            yield kind
        for inner in get_args(kind):
            yield from _parts(inner)
