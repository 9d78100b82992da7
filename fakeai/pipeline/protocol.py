"""Protocols: a dialect as data, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from fakeai.core.document import Node
from fakeai.core.error import KINDS
from fakeai.core.problem import Problem
from fakeai.core.value import Value
from fakeai.pipeline.credential import CredentialRow, Credentials
from fakeai.pipeline.rate_headers import RateHeaders, RateWords
from fakeai.pipeline.variables import ERROR_TYPES, HEADER_TYPES, ErrorView, compile_view
from fakeai.spec.check import structure
from fakeai.spec.model import Section
from fakeai.template.frames import Frame, Framing, compile_frame
from fakeai.template.tree import Tree, compile_tree
from fakeai.wire.reset import retry_after

if TYPE_CHECKING:
    from fakeai.core.error import ApiError
    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.variables import Getter, View

ENCODE: Final = msgspec.json.Encoder().encode
_FALLBACK: Final = "default"


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One broken rule of a request schema, as the protocol's wording sees it."""

    keyword: str
    param: str | None
    value: str
    expected: str
    limit: int | float | None = None
    actual_type: str


class ErrorRow(Section):
    """What the protocol says of one kind of refusal."""

    status: Annotated[int, Meta(ge=400, le=599, description="HTTP status.")]
    type: Annotated[Any, Meta(description="`type` of the body; an expression over `error`.")] = None
    code: Annotated[Any, Meta(description="`code` of the body; an expression over `error`.")] = None
    message: Annotated[Any, Meta(description="The protocol's own wording.")] = None


class ViolationRow(Section):
    """The code and wording for one JSON Schema keyword."""

    code: Annotated[str, Meta(description="`code` of the body.")]
    message: Annotated[str, Meta(description="Wording; an expression over `violation`.")]


class StreamOptions(Section):
    """How the protocol frames a stream."""

    framing: Annotated[Framing, Meta(description="Framing of data objects.")] = "sse"
    error: Annotated[Any, Meta(description="Frame for an error after the 200.")] = None


class ProtocolFile(Section):
    """A `protocol.yaml`."""

    errors: Annotated[dict[str, ErrorRow], Meta(description="Kind of refusal to its words.")]
    error: Annotated[Any, Meta(description="Tree of an error body.")]
    headers: Annotated[Any, Meta(description="Response headers; null leaves one out.")] = None
    request_id_prefix: Annotated[str, Meta(description="Start of the ids that we make.")] = ""
    violations: Annotated[
        dict[str, ViolationRow], Meta(description="JSON Schema keyword to its words.")
    ] = msgspec.field(default_factory=dict)
    credentials: Annotated[
        tuple[CredentialRow, ...], Meta(description="Headers that bear the key, the first first.")
    ] = ()
    rate_limits: Annotated[RateWords, Meta(description="How limits are told.")] = RateWords()
    stream: Annotated[StreamOptions, Meta(description="Framing of streams.")] = StreamOptions()


class Protocol(Value):
    """A compiled dialect."""

    name: str
    framing: Framing
    request_id_prefix: str
    statuses: dict[str, int]
    words: dict[str, Tree]
    """Kind to a tree of type, code and message."""
    body: Tree
    body_view: View
    fixed_headers: tuple[Header, ...]
    headers: Tree | None
    header_names: dict[str, bytes]
    header_view: View
    violations: dict[str, tuple[str, Tree]]
    stream_error: Frame | None
    credentials: Credentials
    rate_words: RateWords
    rate_headers: RateHeaders

    def view(self, error: ApiError) -> ErrorView:
        """Return the refusal in the protocol's words."""
        wait_s = error.retry_after_s
        plain = ErrorView(
            kind=error.kind,
            status=self.statuses[error.kind],
            message=error.message,
            param=error.param,
            code=error.code,
            retry_after=None if wait_s is None else retry_after(wait_s),
            details=dict(error.details),
        )
        words: Any = self.words[error.kind]({"error": plain})
        return msgspec.structs.replace(
            plain,
            type=words["type"],
            code=error.code or words["code"],
            message=words["message"] or error.message,
        )

    def error_body(self, exchange: Exchange, error: ErrorView) -> bytes:
        """Return the encoded error body."""
        return ENCODE(self.body({**self.body_view(exchange), "error": error}))

    def head(self, exchange: Exchange) -> list[Header]:
        """Return the headers that every response of this protocol bears."""
        headers = [*self.fixed_headers, *exchange.headers]
        if self.headers is not None:
            values: Any = self.headers(self.header_view(exchange))
            names = self.header_names
            headers += [
                (names[name], str(value).encode("latin-1", "replace"))
                for name, value in values.items()
                if value is not None
            ]
        return headers

    def violation(self, violation: Violation) -> tuple[str, str]:
        """Return code and message for a broken schema rule."""
        code, wording = self.violations.get(violation.keyword) or self.violations[_FALLBACK]
        return code, str(wording({"violation": violation}))


def compile_protocol(
    name: str, node: Node, getters: dict[str, Getter], problems: list[Problem]
) -> Protocol | None:
    """Compile a `protocol.yaml`; what is wrong with it is added to `problems`."""
    file, found = structure(node, ProtocolFile)
    problems.extend(found)
    if file is None:
        return None
    before = len(problems)
    _every_kind(node, file, problems)
    parts = _children(node)
    words = {kind: _words(row, problems) for kind, row in _children(parts["errors"]).items()}
    body = compile_tree(parts["error"], ERROR_TYPES, problems)
    fixed, dynamic = _split_headers(parts.get("headers"))
    headers = compile_tree(dynamic, HEADER_TYPES, problems) if dynamic else None
    wordings = _violations(parts.get("violations"), problems)
    frame = _children(parts["stream"]).get("error") if "stream" in parts else None
    framing = file.stream.framing
    stream_error = compile_frame(frame, ERROR_TYPES, problems, framing) if frame else None
    if len(problems) > before or body is None:
        return None
    return Protocol(
        name=name,
        framing=framing,
        request_id_prefix=file.request_id_prefix,
        statuses={kind: row.status for kind, row in file.errors.items()},
        words={kind: tree for kind, tree in words.items() if tree is not None},
        body=body,
        body_view=compile_view(body.variables, getters),
        fixed_headers=fixed,
        headers=headers,
        header_names={name: name.encode() for name in _children(dynamic)} if dynamic else {},
        header_view=compile_view(headers.variables if headers else frozenset(), getters),
        violations=wordings,
        stream_error=stream_error,
        credentials=Credentials(file.credentials),
        rate_words=file.rate_limits,
        rate_headers=RateHeaders(file.rate_limits),
    )


def _children(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


def _every_kind(node: Node, file: ProtocolFile, problems: list[Problem]) -> None:
    """Every kind needs a row, and every row needs a kind: a refusal must have words."""
    errors = _children(node)["errors"]
    missing = [f"`{kind}`" for kind in KINDS if kind not in file.errors]
    if missing:
        problems.append(
            Problem(
                code="FA048",
                place=errors.key_place or errors.place,
                path="errors",
                message=f"no row for the error kinds {', '.join(missing)}",
            )
        )
    problems.extend(
        Problem(
            code="FA048",
            place=row.key_place or row.place,
            path=f"errors.{kind}",
            message=f"`{kind}` is not an error kind",
            hint=f"kinds: {', '.join(KINDS)}",
        )
        for kind, row in _children(errors).items()
        if kind not in KINDS
    )
    if _FALLBACK not in file.violations:
        problems.append(
            Problem(
                code="FA048",
                place=node.place,
                path="violations",
                message=f"no row `{_FALLBACK}` for keywords that have none of their own",
            )
        )


def _words(row: Node, problems: list[Problem]) -> Tree | None:
    given = _children(row)
    null = Node(value=None, place=row.place)
    words = {key: given.get(key, null) for key in ("type", "code", "message")}
    return compile_tree(Node(value=words, place=row.place), ERROR_TYPES, problems)


def _split_headers(node: Node | None) -> tuple[tuple[Header, ...], Node | None]:
    """Headers without an expression are bytes from the start."""
    if node is None:
        return (), None
    fixed: list[Header] = []
    dynamic: dict[str, Node] = {}
    for name, leaf in _children(node).items():
        if isinstance(leaf.value, dict) or "{{" in str(leaf.value):
            dynamic[name.lower()] = leaf
        else:
            fixed.append((name.lower().encode(), str(leaf.value).encode()))
    return tuple(fixed), Node(value=dynamic, place=node.place) if dynamic else None


def _violations(node: Node | None, problems: list[Problem]) -> dict[str, tuple[str, Tree]]:
    compiled: dict[str, tuple[str, Tree]] = {}
    for keyword, row in _children(node).items() if node else ():
        parts = _children(row)
        wording = compile_tree(parts["message"], {"violation": Violation}, problems)
        if wording is not None:
            compiled[keyword] = (str(parts["code"].value), wording)
    return compiled
