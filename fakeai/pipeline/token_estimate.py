"""Token estimates: what a request will draw, before it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.pipeline.registry import Registry
from fakeai.stores.port import Amounts

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Build

CHARACTERS_PER_TOKEN: Final = 4
MODEL_CHARACTERS_MAX: Final = 200
ENCODED_CHARACTERS_MIN: Final = 1000
"""A string of this length without a space in its first part is a file, not text."""
OUTPUT_TOKENS_MAX: Final = 10**12


class Estimator:
    """Reads from a request what it will draw, as far as the stages before have not said."""

    __slots__ = ("_fields", "_generates", "_registry")

    def __init__(self, build: Build) -> None:
        """Only an endpoint that generates draws tokens."""
        self._fields = build.dialect.rate_words.request
        self._registry = build.shared.once("registry", lambda: Registry(build.spec))
        self._generates = build.row.generate is not None

    def model(self, exchange: Exchange) -> str:
        """Return the id of the model that is asked for; empty when there is none."""
        if exchange.model is not None:
            return exchange.model.id
        request, field = exchange.request, self._fields.model
        name = request.get(field) if field and isinstance(request, dict) else None
        if not isinstance(name, str):
            return ""
        known = self._registry.find(name)
        return name[:MODEL_CHARACTERS_MAX] if known is None else known.id

    def amounts(self, exchange: Exchange) -> Amounts:
        """Return the estimate: the prompt that was counted, or else guessed, and the output."""
        if not self._generates:
            return Amounts(requests=1)
        prompt = exchange.usage.prompt_tokens or prompt_tokens(exchange.request)
        output = exchange.inputs.max_tokens or self._output(exchange.request)
        return Amounts(1, prompt + output, prompt, output)

    def _output(self, request: Any) -> int:
        if not isinstance(request, dict):
            return 0
        for field in self._fields.output_tokens:
            value = request.get(field)
            if isinstance(value, int) and value > 0:
                return min(value, OUTPUT_TOKENS_MAX)
        return 0


def prompt_tokens(request: Any) -> int:
    """Return about how many tokens the texts of a request have."""
    characters = 0
    waiting = [request]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            length = len(value)
            if length < ENCODED_CHARACTERS_MIN or " " in value[:ENCODED_CHARACTERS_MIN]:
                characters += length
        elif kind is dict:
            waiting.extend(value.values())
        elif kind is list:
            waiting.extend(value)
    return -(-characters // CHARACTERS_PER_TOKEN)
