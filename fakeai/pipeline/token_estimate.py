"""Token estimates: what a request will draw, before it is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fakeai.stores.port import Amounts

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Build

CHARACTERS_PER_TOKEN: Final = 4
MODEL_CHARACTERS_MAX: Final = 200
ENCODED_CHARACTERS_MIN: Final = 1000
"""A string of this length may be a file, as its first part tells."""
_ALPHABET: Final = "A-Za-z0-9+/=_"
#: Base64, lines of it or one. Of a text that was made by repetition, some kind of it is missing.
_BASE64: Final = re.compile(
    rf"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[{_ALPHABET}-]{{60}}[{_ALPHABET}\r\n-]*", re.ASCII
)
OUTPUT_TOKENS_MAX: Final = 10**9
"""No model writes as much: whoever asks for more is refused, and draws nothing."""
ONE_REQUEST: Final = Amounts(requests=1)


class Estimator:
    """Reads from a request what it will draw, as far as the stages before have not said."""

    __slots__ = ("_find", "_generates", "_memo", "_model_field", "_output_fields")

    def __init__(self, build: Build) -> None:
        """Only an endpoint that generates draws tokens."""
        fields = build.dialect.rate_words.request
        self._model_field, self._output_fields = fields.model, fields.output_tokens
        self._find = build.registry.find
        self._generates = build.answers
        self._memo = f"token_estimate {build.name}"

    def asked(self, exchange: Exchange) -> tuple[str, Amounts]:
        """Return the id of the model that is asked for, empty when there is none, and the estimate.

        That is the prompt as it was counted, or else guessed, and the output.
        """
        known = exchange.known
        read: tuple[str, Amounts] | None = None if known is None else known.get(self._memo)
        if read is None:
            read = self._model(exchange.request), self._guess(exchange.request)
            if known is not None:
                known[self._memo] = read
        model, amounts = read
        if exchange.model is not None:
            model = exchange.model.id
        counted, wanted = exchange.usage.prompt_tokens, exchange.inputs.max_tokens
        if self._generates and (counted or wanted):
            prompt, output = counted or amounts.input_tokens, wanted or amounts.output_tokens
            amounts = Amounts(1, prompt + output, prompt, output)
        return model, amounts

    def _model(self, request: Any) -> str:
        field = self._model_field
        name = request.get(field) if field and isinstance(request, dict) else None
        if not isinstance(name, str):
            return ""
        known = self._find(name)
        return name[:MODEL_CHARACTERS_MAX] if known is None else known.id

    def _guess(self, request: Any) -> Amounts:
        if not self._generates:
            return ONE_REQUEST
        prompt, output = prompt_tokens(request), 0
        for field in self._output_fields if isinstance(request, dict) else ():
            value = request.get(field)
            if isinstance(value, int) and value > 0:
                output = value if value <= OUTPUT_TOKENS_MAX else 0
                break
        return Amounts(1, prompt + output, prompt, output)


def prompt_tokens(request: Any) -> int:
    """Return about how many tokens the texts of a request have, and exactly how many token ids."""
    characters = ids = 0
    found = [request]
    # The list grows while it is walked: no depth is too deep, and nothing is taken out again.
    for value in found:
        kind = type(value)
        if kind is str:
            length = len(value)
            if length < ENCODED_CHARACTERS_MIN or not _is_file(value[:ENCODED_CHARACTERS_MIN]):
                characters += length
        elif kind is dict:
            found += value.values()
        elif kind is list:
            if value and type(value[0]) is int:
                ids += len(value)
            found += value
    return -(-characters // CHARACTERS_PER_TOKEN) + ids


def _is_file(head: str) -> bool:
    """Tell a file in a string, which is no text, by its beginning."""
    if " " in head:
        return False
    return head[:5].lower() == "data:" or _BASE64.fullmatch(head) is not None
