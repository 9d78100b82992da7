"""The form of a `protocol.yaml`, and that its words are for what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta

from fakeai.core.error import KINDS, REASONS
from fakeai.core.nearest import did_you_mean, listed, near_misses
from fakeai.core.problem import Problem
from fakeai.pipeline.credential import CredentialRow
from fakeai.pipeline.headers import Leaves
from fakeai.pipeline.rate_headers import RateWords
from fakeai.spec.model import Section
from fakeai.template.frames import Framing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fakeai.core.document import Node

HeaderName: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", examples=["x-trace-id"])
]
FALLBACK: Final = "default"
"""The violation whose words are for keywords that have none of their own."""


class ErrorRow(Section):
    """What the protocol says of one kind of refusal."""

    status: Annotated[int, Meta(ge=400, le=599, description="HTTP status.")]
    type: Annotated[Any, Meta(description="`type` of the body; an expression over `error`.")] = None
    code: Annotated[Any, Meta(description="`code` of the body; an expression over `error`.")] = None
    message: Annotated[Any, Meta(description="The protocol's own wording.")] = None


class ReasonRow(Section, kw_only=True):
    """What the protocol says of one reason, in place of what it says of the kind."""

    code: Annotated[Any, Meta(description="`code` of the body; null: that of the kind.")] = None
    message: Annotated[Any, Meta(description="Wording; an expression over `error`.")]


class ViolationRow(Section):
    """The code and wording for one JSON Schema keyword."""

    code: Annotated[str, Meta(description="`code` of the body, over `violation`.")]
    message: Annotated[str, Meta(description="Wording; an expression over `violation`.")]


class StreamOptions(Section):
    """How the protocol frames a stream."""

    framing: Annotated[Framing, Meta(description="Framing of data objects.")] = "sse"
    error: Annotated[Any, Meta(description="Frame for an error after the 200.")] = None
    keep_alive: Annotated[
        Any, Meta(description="Frame while no token is due; null: the framing's own comment.")
    ] = None


class ProtocolFile(Section):
    """A `protocol.yaml`."""

    errors: Annotated[dict[str, ErrorRow], Meta(description="Kind of refusal to its words.")]
    error: Annotated[Any, Meta(description="Tree of an error body.")]
    reasons: Annotated[
        dict[str, ReasonRow], Meta(description="Reason of a refusal to its words.")
    ] = msgspec.field(default_factory=dict)
    headers: Annotated[
        Leaves | None, Meta(description="Response headers; null leaves one out.")
    ] = None
    request_id_header: Annotated[
        HeaderName | None,
        Meta(description="Request header with the client's own id; null: every id is ours."),
    ] = None
    request_id_prefix: Annotated[str, Meta(description="Start of the ids that we make.")] = ""
    violations: Annotated[
        dict[str, ViolationRow], Meta(description="JSON Schema keyword to its words.")
    ] = msgspec.field(default_factory=dict)
    credentials: Annotated[
        tuple[CredentialRow, ...], Meta(description="Headers that bear the key, the first first.")
    ] = ()
    rate_limits: Annotated[RateWords, Meta(description="How limits are told.")] = RateWords()
    stream: Annotated[StreamOptions, Meta(description="Framing of streams.")] = StreamOptions()


def wrong_rows(node: Node, file: ProtocolFile) -> Iterator[Problem]:
    """Yield what has no words, and the words that are for nothing there is."""
    parts = node.children
    errors = parts["errors"]
    missing = [kind for kind in KINDS if kind not in file.errors]
    if missing:
        message = f"no row for the error kinds {', '.join(f'`{kind}`' for kind in missing)}"
        place = errors.key_place or errors.place
        yield Problem(code="FA048", place=place, path="errors", message=message)
    yield from _strangers("errors", errors, "an error kind", KINDS)
    if "reasons" in parts:
        yield from _strangers("reasons", parts["reasons"], "a reason", REASONS)
    if FALLBACK not in file.violations:
        message = f"no row `{FALLBACK}` for keywords that have none of their own"
        yield Problem(code="FA048", place=node.place, path="violations", message=message)


def _strangers(part: str, rows: Node, what: str, known: Sequence[str]) -> Iterator[Problem]:
    """Yield the rows of a part that are not for one of the known words."""
    given = rows.children
    for name, row in given.items():
        if name in known:
            continue
        near = near_misses(name, known)
        yield Problem(
            code="FA048",
            place=row.key_place or row.place,
            path=f"{part}.{name}",
            message=f"`{name}` is not {what}",
            hint=did_you_mean(near) or f"there are {listed(known)}",
            replacement=near[0] if len(near) == 1 and near[0] not in given else None,
        )
