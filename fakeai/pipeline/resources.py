"""Resources: stateful collections that rows of the route table share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from fakeai.core.document import locate
from fakeai.core.error import ApiError
from fakeai.core.problem import Problem
from fakeai.pipeline.outcome import Page
from fakeai.pipeline.paging import fits, page
from fakeai.spec.model import Section
from fakeai.spec.units import Size, size_bytes
from fakeai.stores.objects import Key, MemoryObjects

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange, Principal
    from fakeai.pipeline.inputs import ListQuery
    from fakeai.pipeline.stage import Build

Owner = Literal["everyone", "organization", "project", "key"]


class Resource(Section):
    """A stateful collection: how much it keeps, and for whom."""

    max_objects: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Most objects; the oldest go first.")
    ] = 1000
    max_bytes: Annotated[
        Size, Meta(description="Most bytes of all objects as JSON; the oldest go first.")
    ] = "16MB"
    owner: Annotated[
        Owner, Meta(description="Who shares the objects; the others do not see them.")
    ] = "organization"


Config = dict[str, Resource]

_ENCODE: Final = msgspec.json.Encoder().encode


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one answer."""

    object: dict[str, Any]
    """As its route shows it; its `id` is the record's."""
    items: list[dict[str, Any]] = []
    """What belongs to it and has a list of its own."""


_DECODE: Final = msgspec.json.Decoder(Record).decode


class Collection:
    """One resource as the rows that name it see it: each principal sees what it shares."""

    __slots__ = ("_objects", "_owner")

    def __init__(self, resource: Resource) -> None:
        """Start empty."""
        self._owner: Owner = resource.owner
        self._objects = MemoryObjects(resource.max_objects, size_bytes(resource.max_bytes))

    def put(self, exchange: Exchange, record: Record) -> None:
        """Keep a record as the newest."""
        key = self._key(exchange, record.object["id"])
        self._objects.put(key, _ENCODE(record))

    def get(self, exchange: Exchange) -> Record:
        """Return the record that the request names; refuse when there is none."""
        key = self._asked(exchange)
        body = self._objects.get(key)
        if body is None:
            raise _unknown(key.id)
        return _DECODE(body)

    def update(self, exchange: Exchange) -> Record:
        """Change the record that the request names, and return it."""
        record = self.get(exchange)
        changed = {**record.object, **exchange.inputs.resource.change}
        record = Record(object=changed, items=record.items)
        self._objects.replace(self._asked(exchange), _ENCODE(record))
        return record

    def delete(self, exchange: Exchange) -> Record:
        """Delete the record that the request names, and return what it was."""
        record = self.get(exchange)
        self._objects.remove(self._asked(exchange))
        return record

    def list(self, exchange: Exchange) -> Page:
        """Return the page of records that the request asks for."""
        asked = exchange.inputs.listing
        owner = owner_of(exchange.principal, self._owner)
        entries: list[tuple[int, bytes]] = [*self._objects.owned(owner)]
        if any(asked.where.values()):
            entries = [each for each in entries if fits(_DECODE(each[1]).object, asked.where)]
        found, more = page(entries, asked, lambda id_: self._objects.place(Key(owner, id_)))
        return Page(records=[_DECODE(body).object for body in found], has_more=more)

    def list_items(self, exchange: Exchange) -> Page:
        """Return the page of a record's items that the request asks for."""
        return page_of_items(self.get(exchange).items, exchange.inputs.listing)

    def _asked(self, exchange: Exchange) -> Key:
        return self._key(exchange, exchange.inputs.resource.id)

    def _key(self, exchange: Exchange, id_: str) -> Key:
        return Key(owner_of(exchange.principal, self._owner), id_)


def page_of_items(items: list[dict[str, Any]], asked: ListQuery) -> Page:
    """Return one page of maps that have ids."""
    places = {item.get("id"): place for place, item in enumerate(items)}
    found, more = page(list(enumerate(items)), asked, places.get)
    return Page(records=found, has_more=more)


def owner_of(principal: Principal, owner: Owner) -> str:
    """Return the name under which a principal's objects are kept."""
    if owner == "key":
        return principal.name
    if owner == "everyone":
        return ""
    return (principal.organization if owner == "organization" else principal.project) or ""


def collection(config: Config | None, build: Build) -> Collection | None:
    """Return the collection that the row names, which all rows of that name share."""
    name = build.row.resource
    if name is None or config is None or name not in config:
        return None
    resource = config[name]
    path = f"resources.{name}"
    return build.shared.keep(path, path, "what clients have created", lambda: Collection(resource))


def missing(build: Build, code: str, message: str) -> None:
    """Note what is wrong with the resource of the row."""
    path: list[str | int] = ["endpoints", build.name]
    node = locate(build.node, [*path, "resource"] if build.row.resource else path)
    place = node.place if build.row.resource else node.key_place or node.place
    problem = Problem(
        code=code, place=place, path=f"endpoints.{build.name}.resource", message=message
    )
    build.problems.append(problem)


def _unknown(id_: str) -> ApiError:
    return ApiError("unknown_resource", f"No object with the id '{id_}' exists.")
