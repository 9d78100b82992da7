"""The closed list of template variables, and where each is read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from fakeai.core.error import ApiError
from fakeai.pipeline.exchange import Context, Placement, Principal
from fakeai.pipeline.inputs import Inputs
from fakeai.pipeline.outcome import Choice, Outcome, Segment, TopLogprob, Usage
from fakeai.pipeline.registry import ServedModel
from fakeai.pipeline.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from fakeai.pipeline.exchange import Exchange

_FIELDS_MAX: Final = 100
_ENTRY: Final = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")

Getter: TypeAlias = "Callable[[Exchange], object]"
View: TypeAlias = "Callable[[Exchange], dict[str, object]]"
"""Reads the variables that one tree uses."""


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as the protocol's error templates see it."""

    kind: str
    reason: str | None = None
    """Why, where the kind leaves it open."""
    status: int
    type: str | None = None
    message: str
    param: str | None = None
    code: str | None = None
    retry_after: int | None = None
    """Whole seconds, rounded up."""
    details: dict[str, Any] = {}
    """Numbers and names that belong to the kind or the reason, for the protocol's own wording."""


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """What varies from token to token in a stream."""

    text: str = ""
    logprob: float = 0.0
    bytes: list[int] = []
    top_logprobs: list[TopLogprob] = []
    """The likeliest tokens of its place."""
    top_by_token: dict[str, float] = {}
    """The same as a map."""
    text_offset: int = 0
    """Where in the visible text of its choice it begins."""
    completion_tokens: int = 0
    """Tokens of the choice so far, this one among them."""
    reasoning_tokens: int = 0
    total_tokens: int = 0
    """Prompt tokens and the choice's so far."""


#: Variables of every tree, and the type each holds (dict: free request data).
EXCHANGE_TYPES: Final[dict[str, Any]] = {
    "id": str,
    "request_id": str,
    "now": int,
    "elapsed_ms": int,
    "request": dict,
    "path": dict,
    "query": dict,
    "principal": Principal,
}
MODEL_TYPES: Final[dict[str, Any]] = {"model": ServedModel, "models": list[ServedModel]}
ANSWER_TYPES: Final[dict[str, Any]] = {
    **EXCHANGE_TYPES,
    **MODEL_TYPES,
    "inputs": Inputs,
    "context": Context,
    "outcome": Outcome,
    "usage": Usage,
    "placement": Placement,
    "cost": float,
    "timing": Timing,
}
CHOICE_TYPES: Final[dict[str, Any]] = {**ANSWER_TYPES, "choice": Choice}
SEGMENT_TYPES: Final[dict[str, Any]] = {**CHOICE_TYPES, "segment": Segment}
TOKEN_TYPES: Final[dict[str, Any]] = {**SEGMENT_TYPES, "delta": Delta}
_INPUT_NAMES: Final = ("request", "path", "query", "principal")
INPUT_TYPES: Final[dict[str, Any]] = {k: EXCHANGE_TYPES[k] for k in _INPUT_NAMES}
HEADER_TYPES: Final[dict[str, Any]] = {
    **EXCHANGE_TYPES,
    "model": ServedModel | None,
}
ANSWER_HEADER_TYPES: Final[dict[str, Any]] = {**ANSWER_TYPES, **HEADER_TYPES}
ERROR_TYPES: Final[dict[str, Any]] = {**EXCHANGE_TYPES, "error": ErrorView}


def read_query(exchange: Exchange) -> dict[str, Any]:
    """Return the query; a name that ends in `[]`, or is there several times, has a list.

    `name[key]=value` is an entry of a map.
    """
    text = exchange.scope["query_string"].decode("latin-1")
    query: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise ApiError("invalid", f"The query has more than {_FIELDS_MAX} fields.") from None
    for name, value in pairs:
        inner = _ENTRY.fullmatch(name)
        if inner is not None:
            entries = query.get(inner[1])
            query[inner[1]] = {**(entries if isinstance(entries, dict) else {}), inner[2]: value}
            continue
        plain = name.removesuffix("[]")
        earlier = query.get(plain)
        if isinstance(earlier, list):
            earlier.append(value)
        elif earlier is not None or plain != name:
            query[plain] = [value] if earlier is None else [earlier, value]
        else:
            query[plain] = value
    return query


#: How a variable is read, where that needs nothing of the engine: `x` is the exchange.
_READ: Final[dict[str, str]] = {
    "id": "x.id",
    "request_id": "x.request_id",
    "now": "int(x.wall)",
    "request": "x.request",
    "path": "x.scope['path_params']",
    "query": "read_query(x)",
    "principal": "x.principal",
    "model": "x.model",
    "inputs": "x.inputs",
    "context": "x.context",
    "outcome": "x.outcome",
    "usage": "x.usage",
    "placement": "x.placement",
    "cost": "float(x.cost_usd)",
    "timing": "Timing(x)",
}


def getters(
    listing: Callable[[], list[ServedModel]], now: Callable[[], float]
) -> dict[str, Getter]:
    """Return how each variable is read from an exchange."""
    mine: dict[str, Getter] = {
        "elapsed_ms": lambda x: round((now() - x.started) * 1000),
        "models": lambda _: listing(),
    }
    entries = [f"{name!r}: lambda x: {read}" for name, read in _READ.items()]
    plain: dict[str, Getter] = _evaluated(f"{{{', '.join(entries)}}}", {})
    return plain | mine


def compile_view(names: frozenset[str], sources: dict[str, Getter]) -> View:
    """Return what reads just the variables that one tree uses, in one step.

    Names without a source (choice, segment, error) are given by the caller.
    """
    wanted = sorted(names & sources.keys())
    entries = [f"{name!r}: {_READ.get(name, f'sources[{name!r}](x)')}" for name in wanted]
    view: View = _evaluated(f"lambda x: {{{', '.join(entries)}}}", sources)
    return view


def _evaluated(source: str, sources: dict[str, Getter]) -> Any:
    # The source is ours: declared names, and how each of them is read.
    scope = {"sources": sources, "read_query": read_query, "Timing": Timing}
    return eval(_code(source), scope)  # noqa: S307


@cache
def _code(source: str) -> CodeType:
    """Compile a source once; there are as many as there are sets of variables in templates."""
    return compile(source, "<variables>", "eval")
