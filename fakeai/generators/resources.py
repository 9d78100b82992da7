"""Stored objects: list, show, change and delete, as rows ask for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fakeai.pipeline.outcome import Outcome
from fakeai.pipeline.resources import Collection, Config, collection, missing
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange

    Act = Callable[[Collection, Exchange], Outcome]


def _list(kept: Collection, exchange: Exchange) -> Outcome:
    return Outcome(page=kept.list(exchange))


def _items(kept: Collection, exchange: Exchange) -> Outcome:
    return Outcome(page=kept.list_items(exchange))


def _get(kept: Collection, exchange: Exchange) -> Outcome:
    return Outcome(record=kept.get(exchange).object)


def _update(kept: Collection, exchange: Exchange) -> Outcome:
    return Outcome(record=kept.update(exchange).object)


def _delete(kept: Collection, exchange: Exchange) -> Outcome:
    return Outcome(record=kept.delete(exchange).object)


def _compile(act: Act, config: Config | None, build: Build) -> Steps | None:
    """Return the step that does one thing with the collection that the row names."""
    kept = collection(config, build)
    if kept is None:
        missing(build, "FA012", f"`{build.row.generate}` needs a `resource` of the row to work on")
        return None

    def enter(exchange: Exchange) -> None:
        exchange.outcome = act(kept, exchange)

    return Steps(enter=enter)


def _stage(name: str, summary: str, act: Act) -> Stage:
    return Stage(
        name=name,
        summary=summary,
        compile=partial(_compile, act),
        config=Config,
        section="resources",
        reads=frozenset({"inputs", "principal"}),
        writes=frozenset({"outcome"}),
        refuses=() if act is _list else ("unknown_resource",),
    )


STAGES: Final = (
    _stage("resource_list", "Lists the objects of a resource, page by page.", _list),
    _stage("resource_items", "Lists what belongs to an object of a resource.", _items),
    _stage("resource_get", "Shows an object of a resource.", _get),
    _stage("resource_update", "Changes an object of a resource.", _update),
    _stage("resource_delete", "Deletes an object of a resource.", _delete),
)
