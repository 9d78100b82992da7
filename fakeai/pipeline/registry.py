"""The models as they are served, by id, alias, or on first use."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.spec.units import number

if TYPE_CHECKING:
    from fakeai.spec.model import Model, Spec


NAME_CHARACTERS_MAX: Final = 256
"""A longer name is never that of a model made on first use."""


class ServedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model as templates see it; `name` is what the request called it."""

    name: str
    id: str
    owner: str
    display_name: str
    created: int
    aliases: tuple[str, ...]
    context_window: int
    max_output_tokens: int
    modalities: tuple[str, ...]
    capabilities: tuple[str, ...]
    reasoning: str | None
    tokenizer: str
    media: str | None
    latency: str | None
    kv_cache: str | None
    pricing: str | None
    persona: str | None
    fingerprint: str


class Registry:
    """All models of one engine.

    Those made on first use are bounded, and so is the memory of those that were deleted: the
    oldest go first.
    """

    __slots__ = (
        "_by_name",
        "_created",
        "_declared",
        "_deleted",
        "_fine_tuned",
        "_limit",
        "_listing",
        "_media",
        "_persona",
        "_rows",
        "_template",
        "_tokenizer",
        "creates",
    )

    def __init__(self, spec: Spec) -> None:
        """Declare the spec's models under their ids and aliases."""
        self._tokenizer = spec.tokens.default
        self._persona = spec.templates.persona
        self._media = spec.tokens.default_media
        self._declared = tuple(self._serve(id_, id_, row) for id_, row in spec.models.items())
        self._by_name: Final = {
            name: self._serve(name, id_, row)
            for id_, row in spec.models.items()
            for name in (*row.aliases, id_)
        }
        self._rows = {name: spec.models[model.id] for name, model in self._by_name.items()}
        self._fine_tuned = spec.fine_tuned_prefix
        unknown = spec.unknown_model_policy
        self._template = unknown.like if unknown.action == "create" else None
        self._limit = unknown.limit
        self._created: OrderedDict[str, ServedModel] = OrderedDict()
        self._deleted: OrderedDict[str, None] = OrderedDict()
        self.creates = self._template is not None
        self._listing: list[ServedModel] = list(self._declared)

    def find(self, name: str) -> ServedModel | None:
        """Return the model of this name, declared or made before."""
        if name in self._deleted:
            return None
        return self._by_name.get(name) or self._created.get(name)

    def resolve(self, name: str) -> ServedModel | None:
        """Return the model of this name, making it when the spec says so."""
        if self._deleted and name in self._deleted:
            return None
        return self._by_name.get(name) or self._created.get(name) or self._create(name)

    def _create(self, name: str) -> ServedModel | None:
        row = self._base(name) or self._template
        if row is None or len(name) > NAME_CHARACTERS_MAX:
            return None
        model = self._created[name] = self._serve(name, name, row)
        if len(self._created) > self._limit:
            self._created.popitem(last=False)
        self._list()
        return model

    def is_fine_tuned(self, name: str) -> bool:
        """Say whether a name is that of a fine-tuned model, there or not."""
        return bool(self._fine_tuned) and name.startswith(self._fine_tuned)

    def delete(self, name: str) -> ServedModel | None:
        """Delete the model of this name; until it is forgotten, it is neither found nor made."""
        model = self.resolve(name)
        if model is None:
            return None
        self._created.pop(model.id, None)
        # The aliases of a model that was made are those of its base, which stays.
        aliases = model.aliases if model.id in self._by_name else ()
        for gone in (model.id, *aliases):
            self._deleted[gone] = None
        while len(self._deleted) > self._limit:
            self._deleted.popitem(last=False)
        self._list()
        return model

    def listing(self) -> list[ServedModel]:
        """Return every model, the declared ones first, in the spec's order."""
        return self._listing

    def _base(self, name: str) -> Model | None:
        """Return the row that a fine-tuned model inherits, as its name says."""
        if not self.is_fine_tuned(name):
            return None
        return self._rows.get(name.removeprefix(self._fine_tuned).partition(":")[0])

    def _list(self) -> None:
        known = (*self._declared, *self._created.values())
        self._listing = [model for model in known if model.id not in self._deleted]

    def _serve(self, name: str, id_: str, row: Model) -> ServedModel:
        window = number(row.context_window)
        limit = window if row.max_output_tokens is None else number(row.max_output_tokens)
        return ServedModel(
            name=name,
            id=id_,
            owner=row.owner,
            display_name=row.display_name or id_,
            created=row.created,
            aliases=row.aliases,
            context_window=window,
            max_output_tokens=min(limit, window),
            modalities=row.modalities,
            capabilities=row.capabilities,
            reasoning=row.reasoning,
            tokenizer=row.tokenizer or self._tokenizer,
            media=row.media or self._media,
            latency=row.latency,
            kv_cache=row.kv_cache,
            pricing=row.pricing,
            persona=row.persona or self._persona,
            fingerprint=hashlib.blake2b(id_.encode(), digest_size=5).hexdigest(),
        )
