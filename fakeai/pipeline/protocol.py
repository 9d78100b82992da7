"""Protocols: a dialect as data, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.document import Node
from fakeai.core.error import ApiError
from fakeai.core.value import Value
from fakeai.pipeline.credential import Credentials
from fakeai.pipeline.headers import Head, compile_headers, header_leaves
from fakeai.pipeline.protocol_file import FALLBACK, ProtocolFile, wrong_rows
from fakeai.pipeline.rate_headers import RateHeaders
from fakeai.pipeline.variables import ERROR_TYPES, HEADER_TYPES, ErrorView, compile_view
from fakeai.spec.check import structure
from fakeai.template.directives import malformed
from fakeai.template.frames import Frame, compile_frame
from fakeai.template.tree import Tree, compile_tree
from fakeai.wire.reset import retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fakeai.core.problem import Problem
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.rate_headers import RateWords
    from fakeai.pipeline.variables import Getter, View
    from fakeai.template.frames import Framing

ENCODE: Final = msgspec.json.Encoder().encode
#: What each framing lets readers pass over.
_KEEP_ALIVE: Final = {"sse": b": keep-alive\n\n", "ndjson": b"\n"}


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One broken rule of a request schema, as the protocol's wording sees it."""

    keyword: str
    param: str | None
    value: str
    expected: str
    limit: int | float | None = None
    number: str = "integer"
    """What the limit bounds: a decimal where the schema writes it as one, such as `1.0`."""
    actual_type: str


class Wording(Value):
    """What a protocol says of one kind of refusal, or of one reason."""

    tree: Tree
    view: View

    def of(self, exchange: Exchange, error: ErrorView) -> dict[str, Any]:
        """Return the words by the keys of the row."""
        said: Any = self.tree({**self.view(exchange), "error": error})
        return dict(said)


class Protocol(Value):
    """A compiled dialect."""

    name: str
    framing: Framing
    request_id_header: bytes
    """Empty where the protocol's clients give no ids."""
    request_id_prefix: str
    statuses: dict[str, int]
    kinds: Mapping[str, Wording]
    """Kind to its type, code and message."""
    reasons: Mapping[str, Wording]
    """Reason to its code and message, which stand before those of the kind."""
    body: Tree
    error_view: View
    """Reads what an error's body or its frame shows."""
    error_reads: frozenset[str]
    """Variables of all that an error may still show when a stream is open."""
    head: Head
    """Writes the headers that every response of this protocol bears."""
    header_leaves: Mapping[str, Node]
    """The same as they were declared: an endpoint's own lie over them."""
    violations: dict[str, tuple[Tree, Tree]]
    stream_error: Frame | None
    keep_alive: bytes
    """What a client hears while no token is due."""
    credentials: Credentials
    rate_words: RateWords
    rate_headers: RateHeaders

    def view(self, exchange: Exchange, error: ApiError) -> ErrorView:
        """Return the refusal of an exchange in the protocol's words."""
        wait_s = error.retry_after_s
        plain = ErrorView(
            kind=error.kind,
            reason=error.reason,
            status=self.statuses[error.kind],
            message=error.message,
            param=error.param,
            code=error.code,
            retry_after=None if wait_s is None else retry_after(wait_s),
            details=dict(error.details),
        )
        words = self.kinds[error.kind].of(exchange, plain)
        why = self.reasons.get(error.reason or "")
        own = {} if why is None else why.of(exchange, plain)
        return msgspec.structs.replace(
            plain,
            type=words["type"],
            code=error.code or own.get("code") or words["code"],
            message=own.get("message") or words["message"] or error.message,
        )

    def error_variables(self, exchange: Exchange, error: ErrorView) -> dict[str, object]:
        """Return what the body of an error and its frame are made of."""
        return {**self.error_view(exchange), "error": error}

    def error_body(self, exchange: Exchange, error: ErrorView) -> bytes:
        """Return the encoded error body."""
        return ENCODE(self.body(self.error_variables(exchange, error)))

    def violation(self, violation: Violation) -> tuple[str, str]:
        """Return code and message for a broken schema rule."""
        row = self.violations.get(violation.keyword) or self.violations[FALLBACK]
        code, message = (str(tree({"violation": violation})) for tree in row)
        return code, message


def compile_protocol(
    name: str, node: Node, getters: dict[str, Getter], problems: list[Problem]
) -> Protocol | None:
    """Compile a `protocol.yaml`; what is wrong with it is added to `problems`."""
    file, found = structure(node, ProtocolFile)
    problems.extend(found)
    if file is None:
        return None
    before = len(problems)
    problems.extend(wrong_rows(node, file))
    parts = node.children
    kinds = _wordings(parts["errors"], ("type", "code", "message"), getters, problems)
    reasons = _wordings(parts.get("reasons"), ("code", "message"), getters, problems)
    body = compile_tree(parts["error"], ERROR_TYPES, problems)
    leaves = header_leaves(parts.get("headers"))
    headers = compile_headers(leaves, HEADER_TYPES, problems)
    wordings = _violations(parts.get("violations"), problems)
    frames, framing = (parts["stream"].children if "stream" in parts else {}), file.stream.framing
    frame = frames.get("error")
    stream_error = compile_frame(frame, ERROR_TYPES, problems, framing) if frame else None
    keep_alive = _keep_alive(frames.get("keep_alive"), framing, problems)
    if len(problems) > before or body is None:
        return None
    shown = body.variables | (stream_error.variables if stream_error else frozenset())
    return Protocol(
        name=name,
        framing=framing,
        request_id_header=(file.request_id_header or "").lower().encode(),
        request_id_prefix=file.request_id_prefix,
        statuses={kind: row.status for kind, row in file.errors.items()},
        kinds=kinds,
        reasons=reasons,
        body=body,
        error_view=compile_view(shown, getters),
        error_reads=shown.union(*(wording.tree.variables for wording in kinds.values())),
        head=headers.head(getters),
        header_leaves=leaves,
        violations=wordings,
        stream_error=stream_error,
        keep_alive=keep_alive,
        credentials=Credentials(file.credentials),
        rate_words=file.rate_limits,
        rate_headers=RateHeaders(file.rate_limits),
    )


def _keep_alive(node: Node | None, framing: Framing, problems: list[Problem]) -> bytes:
    """Return the bytes of the frame while no token is due; it is the same in all streams."""
    if node is None or node.value is None:
        return _KEEP_ALIVE[framing]
    frame = compile_frame(node, {}, problems, framing, "stream.keep_alive")
    if frame is None:
        return b""
    try:
        rendered = frame.render({})
    except ApiError as error:
        problems.append(malformed(node.place, "stream.keep_alive", error.message))
        return b""
    if not rendered:
        # An empty piece would end the body.
        message = "a frame that is left out keeps no stream alive"
        problems.append(malformed(node.place, "stream.keep_alive", message))
    return rendered


def _wordings(
    rows: Node | None, keys: tuple[str, ...], getters: dict[str, Getter], problems: list[Problem]
) -> dict[str, Wording]:
    """Compile the rows of kinds, or of reasons; a key that a row leaves out is null."""
    wordings: dict[str, Wording] = {}
    for name, row in (rows.children if rows else {}).items():
        given, null = row.children, Node(value=None, place=row.place)
        words = Node(value={key: given.get(key, null) for key in keys}, place=row.place)
        tree = compile_tree(words, ERROR_TYPES, problems)
        if tree is not None:
            wordings[name] = Wording(tree=tree, view=compile_view(tree.variables, getters))
    return wordings


def _violations(node: Node | None, problems: list[Problem]) -> dict[str, tuple[Tree, Tree]]:
    compiled: dict[str, tuple[Tree, Tree]] = {}
    for keyword, row in node.children.items() if node else ():
        parts = row.children
        code = compile_tree(parts["code"], {"violation": Violation}, problems)
        wording = compile_tree(parts["message"], {"violation": Violation}, problems)
        if code is not None and wording is not None:
            compiled[keyword] = (code, wording)
    return compiled
