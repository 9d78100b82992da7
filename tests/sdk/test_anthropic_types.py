"""What the official client's types allow is what the request schema takes."""

from __future__ import annotations

import collections.abc
import types
import typing
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
import typing_extensions
from anthropic._types import SequenceNotStr
from anthropic.types import message_count_tokens_params, message_create_params
from anthropic.types.beta import message_count_tokens_params as beta_count_tokens_params
from anthropic.types.beta import message_create_params as beta_create_params

from tests.routes.drawing import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINITIONS: Final = schema_of("anthropic/messages.yaml", "request")["$defs"]
TOOLS: Final = {"tools": [{"type": "bash_20250124", "name": "bash"}]}
#: What the types leave open: numbers that are in range.
NUMBERS: Final = {"max_tokens": 2048, "budget_tokens": 1024}
PLAIN: Final[dict[Any, list[Any]]] = {
    bool: [True, False],
    str: ["x"],
    object: [{}],
    type(None): [None],
    dict: [{}],
}
LISTS: Final[Any] = {list, collections.abc.Iterable, collections.abc.Sequence, SequenceNotStr}
REQUIRED: Final[Any] = {typing.Required, typing_extensions.Required}
UNIONS: Final[Any] = {typing.Union, types.UnionType}


def samples(kind: Any, name: str = "", above: tuple[Any, ...] = ()) -> list[Any]:
    """Return values of a type: each constant, each member of a union, each field by itself."""
    origin: Any = typing.get_origin(kind)
    inner = typing.get_args(kind)
    if typing_extensions.is_typeddict(kind):
        return [] if kind in above else list(maps(kind, (*above, kind)))
    if origin in UNIONS or origin in REQUIRED:
        return [value for member in inner for value in samples(member, name, above)]
    if origin in LISTS:
        return [[item] for item in samples(inner[0], name, above)]
    if origin is typing.Literal:
        return list(inner)
    if kind in {int, float}:
        return [NUMBERS.get(name, 1)]
    return PLAIN.get(origin or kind, [])


def maps(kind: Any, above: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Yield a map with the required fields alone, and one for each value of each field."""
    fields = typing_extensions.get_type_hints(kind, include_extras=True)
    whole = {name: samples(field, name, above) for name, field in fields.items()}
    needed = [name for name, field in fields.items() if typing.get_origin(field) in REQUIRED]
    if not all(whole[name] for name in needed):
        return
    least = {name: whole[name][0] for name in needed}
    yield least
    for name, values in whole.items():
        yield from ({**least, name: value} for value in values)


@pytest.mark.parametrize(
    ("file", "params"),
    [
        ("anthropic/messages.yaml", message_create_params.MessageCreateParamsNonStreaming),
        ("anthropic/messages.yaml", beta_create_params.MessageCreateParamsNonStreaming),
        ("anthropic/count_tokens.yaml", message_count_tokens_params.MessageCountTokensParams),
        ("anthropic/count_tokens.yaml", beta_count_tokens_params.MessageCountTokensParams),
    ],
    ids=["messages", "beta messages", "count_tokens", "beta count_tokens"],
)
def test_what_the_client_may_send_is_taken(file: str, params: Any) -> None:
    """Every value that its types name, in every place of the request."""
    schema = {**schema_of(file, "request"), "$defs": DEFINITIONS}
    validator = jsonschema_rs.validator_for(schema)
    refused = {
        f"{'.'.join(map(str, error.instance_path))}: {error.message}"
        for body in samples(params)
        # A choice of tool goes with tools, which no type says.
        for error in validator.iter_errors({**TOOLS, **body} if "tool_choice" in body else body)
    }

    assert set() == refused
