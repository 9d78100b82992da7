"""inputs: puts the request into the generator's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.error import ApiError
from fakeai.pipeline.inputs import DELIVERY, Inputs
from fakeai.pipeline.stage import Build, Recall, Stage, Steps
from fakeai.pipeline.variables import compile_view

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange

#: Variables of a tree whose value follows from the body and from who asks.
_FIXED: Final = frozenset({"request", "principal"})
#: A mark of what is to be kept: like the words of `DELIVERY`, it says nothing.
_MARK: Final = re.compile(rb',"keep":"(?:short|long)"')

#: What holds the client's own values, or takes any number.
_AS_GIVEN: Final = frozenset(
    {"messages", "tools", "response_format", "temperature", "resource", "where"}
)
#: The largest float that stands for an integer which can be written as JSON.
_WHOLE_MAX: Final = 2.0**63
#: How deep an integer stands in the words: `prompts` is a list of lists of them.
_LEVELS: Final = 4


def compile_inputs(_config: None, build: Build) -> Steps | None:
    """Return the step that renders the `inputs` tree and derives the request's key."""
    tree = build.files.inputs
    if tree is None:
        return None
    view = compile_view(tree.variables, build.getters)
    rng = build.outside.rng
    encode = msgspec.json.Encoder().encode
    render, name = tree.of, build.name.encode()
    fixed_ids = build.spec.ids == "fixed"

    def enter(exchange: Exchange) -> None:
        given: Any = render(view(exchange))
        try:
            inputs = exchange.inputs = msgspec.convert(given, Inputs)
        except msgspec.ValidationError:
            given = {word: _whole(value, word) for word, value in given.items()}
            inputs = exchange.inputs = _read(given)
        said = {word: value for word, value in given.items() if word not in DELIVERY}
        pinned = inputs.seed is not None or inputs.temperature == 0
        words = encode(said)
        if b'"keep":' in words:
            words = _MARK.sub(b"", words)
        exchange.key = rng.key(name + words, pinned=pinned)
        if fixed_ids:
            exchange.id = "".join(f"{rng.digest(half, exchange.key):016x}" for half in ("a", "b"))

    # An id is made of the key here, and a path or a query is not part of the body.
    follows = tree.variables <= _FIXED and not fixed_ids and build.spec.determinism == "request"
    return Steps(enter=enter, recall=Recall(take=_take, put=_put) if follows else None)


def _read(given: Any) -> Inputs:
    """Return the words as inputs, or refuse them."""
    try:
        return msgspec.convert(given, Inputs)
    except msgspec.ValidationError as error:
        raise ApiError("invalid", f"The request cannot be read: {error}.") from None


def _whole(value: Any, word: str, levels: int = _LEVELS) -> Any:
    """Return a value with 2 for each 2.0 in it, which JSON Schema holds to be an integer too."""
    if word in _AS_GIVEN or not levels:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) <= _WHOLE_MAX:
        return int(value)
    if isinstance(value, list):
        return [_whole(item, word, levels - 1) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item, key, levels - 1) for key, item in value.items()}
    return value


def _take(exchange: Exchange) -> tuple[Inputs, int]:
    return exchange.inputs, exchange.key


def _put(exchange: Exchange, kept: tuple[Inputs, int]) -> None:
    exchange.inputs, exchange.key = kept


STAGE = Stage(
    name="inputs",
    summary="Puts the request into the generator's words.",
    compile=compile_inputs,
    reads=frozenset({"request", "principal"}),
    writes=frozenset({"inputs", "key"}),
    refuses=("invalid",),
)
