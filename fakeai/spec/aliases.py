"""Aliases: names by which requests find models, each that of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import Node, path_text
from fakeai.core.problem import Problem, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.problem import Place


def contested(tree: Node) -> Iterator[Problem]:
    """Yield a problem for every alias that is another model's id or alias."""
    section = tree.children.get("models")
    models = section.children if section is not None else {}
    owners = {name: (name, model.key_place or model.place) for name, model in models.items()}
    for id_, model in models.items():
        aliases = model.children.get("aliases")
        for position, alias, place in _names(aliases):
            owner, taken = owners.setdefault(alias, (id_, place))
            if owner == id_:
                continue
            what = "a model" if alias == owner else f"an alias of `{owner}`"
            yield Problem(
                code="FA038",
                place=place,
                path=path_text(("models", id_, "aliases", position)),
                message=f"`{alias}` is {what} already",
                hint="a request that names it could mean either",
                related=(Related(taken, f"`{alias}` is here"),),
            )


def _names(node: Node | None) -> Iterator[tuple[int, str, Place]]:
    """Yield the texts of a list with position and place; what else it holds is told elsewhere."""
    items = node.value if node is not None and isinstance(node.value, list) else []
    for position, item in enumerate(items):
        if isinstance(item.value, str):
            yield position, item.value, item.place
