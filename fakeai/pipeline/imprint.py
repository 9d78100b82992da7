"""Imprint: an answer that is known but for its id and its time.

Equal requests get equal answers, so the body of one can be kept with holes where those stand. A
tree that does more with them than to show them has no imprint: what stands in for them while it
is taken raises at any touch, and the texts that stand in for ids must leave nothing else behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

import msgspec

from fakeai.core.error import ApiError
from fakeai.template.marks import mark, parted

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.variables import View
    from fakeai.template.tree import Tree

    Filled = tuple[bytes, tuple[Callable[[Exchange], object], ...]]
    """A format of the body, and what reads the values for it."""

ENCODE: Final = msgspec.json.Encoder().encode
_KNOWN: Final = "response"

#: How what a hole shows is read from an exchange, and its form.
_READ: Final[dict[str, tuple[bytes, Callable[[Exchange], object]]]] = {
    "id": (b"%b", lambda x: x.id.encode()),
    "request_id": (b"%b", lambda x: x.request_id.encode()),
    "now": (b"%d", lambda x: int(x.wall)),
    "cached_tokens": (b"%d", lambda x: x.usage.cached_tokens),
}
#: Texts that stand in for ids, two sets of them.
_TEXTS: Final = (
    {
        "id": "5b1f0c3e9d7a48266e0b94d1c8a2f753",
        "request_id": "req_c04e7a915d2b4f6e83a1d90b57f6c2e8",
    },
    {
        "id": "e82d60a7f4c91b35d7a3582f0e6b9c14",
        "request_id": "req_19f6b3d8a2574ce0b64d0f8e73a5c912",
    },
)
#: Variables whose value differs from one request to an equal one, and that no hole shows.
_TOUCHY: Final = ("elapsed_ms", "placement", "cost", "timing", "path", "query", "models")


class TouchedError(Exception):
    """A tree did more with a hole than to show it."""


class Hole:
    """Stands in for a value; whatever is done with it raises."""

    __slots__ = ("mark",)

    def __init__(self, name: str = "") -> None:
        """Without a name, it may not even be shown."""
        self.mark = mark(name) if name else None


def _touch(*_args: object) -> NoReturn:
    raise TouchedError


for _name in (
    *("bool", "str", "repr", "format", "len", "iter", "int", "float", "index", "hash", "call"),
    *("eq", "ne", "lt", "le", "gt", "ge", "contains", "getitem", "getattr", "round", "abs", "neg"),
    *(f"{side}{name}" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
      for side in ("", "r")),
):  # fmt: skip
    setattr(Hole, f"__{_name}__", _touch)


def _shown(hole: object) -> msgspec.Raw:
    if not isinstance(hole, Hole) or hole.mark is None:
        raise TouchedError
    return hole.mark


_ENCODE_HOLES: Final = msgspec.json.Encoder(enc_hook=_shown).encode
_CACHED: Final = Hole("cached_tokens")
_STAND_INS: Final = {"now": Hole("now"), **dict.fromkeys(_TOUCHY, Hole())}


def compile_answer(tree: Tree, view: View) -> Callable[[Exchange], bytes]:
    """Return what writes the body of an exchange's answer.

    Where the same is answered for the second time, the imprint is taken.
    """
    render = tree.of

    def answer(exchange: Exchange) -> bytes:
        known = exchange.known
        kept: _Kept | None = None if known is None else known.get(_KNOWN)
        if kept is not None and kept.is_for(exchange):
            if kept.filled is None:
                kept.filled = _imprint(tree, view, exchange)
            if kept.filled:
                body, reads = kept.filled
                return body % tuple([read(exchange) for read in reads])
        elif known is not None:
            known[_KNOWN] = _Kept(exchange)
        return ENCODE(render(view(exchange)))

    return answer


class _Kept:
    """What an answer was made of, and its imprint once there is one; false when none can be."""

    __slots__ = ("_inputs", "_model", "_outcome", "_principal", "filled")

    def __init__(self, exchange: Exchange) -> None:
        self._inputs = exchange.inputs
        self._model = exchange.model
        self._outcome = exchange.outcome
        self._principal = exchange.principal
        self.filled: Filled | Literal[False] | None = None

    def is_for(self, exchange: Exchange) -> bool:
        """Tell whether an exchange has recalled all of it."""
        return (
            exchange.outcome is self._outcome
            and exchange.inputs is self._inputs
            and exchange.model is self._model
            and exchange.principal is self._principal
        )


def _imprint(tree: Tree, view: View, exchange: Exchange) -> Filled | Literal[False]:
    """Return the answer with holes, False when the tree touches them."""
    try:
        first, second = (_pieces(tree, view(exchange), texts) for texts in _TEXTS)
    except (ApiError, TouchedError):
        return False
    if first != second:
        return False
    fixed, names = first
    forms = [_READ[name][0] for name in names]
    escaped = [part.replace(b"%", b"%%") for part in fixed]
    body = b"".join([part + form for part, form in zip(escaped, [*forms, b""], strict=True)])
    return body, tuple([_READ[name][1] for name in names])


def _pieces(
    tree: Tree, given: dict[str, Any], texts: dict[str, str]
) -> tuple[list[bytes], list[str]]:
    """Return the fixed parts of an answer, and the names of the holes between them."""
    usage = given.get("usage")
    if usage is not None:
        given["usage"] = msgspec.structs.replace(usage, cached_tokens=_CACHED)
    stand_ins = {**_STAND_INS, **texts}
    encoded = _ENCODE_HOLES(
        tree({name: stand_ins.get(name, value) for name, value in given.items()})
    )
    for name, text in texts.items():
        encoded = encoded.replace(text.encode(), bytes(mark(name)))
    return parted(encoded)
