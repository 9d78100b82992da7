"""The models as they are served, by id, alias, or on first use."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.spec.units import number

if TYPE_CHECKING:
    from fakeai.spec.model import Model, Spec


class ServedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model as templates see it; `name` is what the request called it."""

    name: str
    id: str
    owner: str
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
    """All models of one engine; those made on first use are bounded, the oldest go first."""

    __slots__ = (
        "_by_name",
        "_created",
        "_declared",
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
        self.creates = self._template is not None
        self._listing: list[ServedModel] = list(self._declared)

    def find(self, name: str) -> ServedModel | None:
        """Return the model of this name, declared or made before."""
        return self._by_name.get(name) or self._created.get(name)

    def delete(self, name: str) -> bool:
        """Forget a model made on first use; say whether there was one."""
        found = self._created.pop(name, None) is not None
        self._listing = [*self._declared, *self._created.values()]
        return found

    def resolve(self, name: str) -> ServedModel | None:
        """Return the model of this name, making it when the spec says so."""
        model = self._by_name.get(name) or self._created.get(name)
        row = self._base(name) or self._template
        if model is None and row is not None:
            model = self._created[name] = self._serve(name, name, row)
            if len(self._created) > self._limit:
                self._created.popitem(last=False)
            self._listing = [*self._declared, *self._created.values()]
        return model

    def listing(self) -> list[ServedModel]:
        """Return every model, the declared ones first, in the spec's order."""
        return self._listing

    def _base(self, name: str) -> Model | None:
        """Return the row that a fine-tuned model inherits, as its name says."""
        prefix = self._fine_tuned
        if not prefix or not name.startswith(prefix):
            return None
        return self._rows.get(name.removeprefix(prefix).partition(":")[0])

    def _serve(self, name: str, id_: str, row: Model) -> ServedModel:
        window = number(row.context_window)
        limit = window if row.max_output_tokens is None else number(row.max_output_tokens)
        return ServedModel(
            name=name,
            id=id_,
            owner=row.owner,
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
