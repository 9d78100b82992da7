"""Exchange: one request from its first byte to its last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from fakeai.pipeline.inputs import NO_INPUTS, Inputs
from fakeai.pipeline.outcome import EMPTY, Outcome, Usage

if TYPE_CHECKING:
    from fakeai.core.error import ApiError
    from fakeai.pipeline.registry import ServedModel

Scope: TypeAlias = Any
Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, as the key says."""

    name: str = "anonymous"
    organization: str | None = None
    project: str | None = None
    tier: str | None = None


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where the simulated fleet runs the request, and what it had cached there."""

    worker: str | None = None
    cached_tokens: int = 0


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each token is due, in seconds from the start of the exchange."""

    due_s: list[list[float]] = []
    """A list a choice, a time a token, ascending; empty: everything is due at once."""
    ttft_s: float = 0.0

    @property
    def end_s(self) -> float:
        """When the last token of all choices is due."""
        return max((due[-1] for due in self.due_s if due), default=self.ttft_s)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the model is shown: the conversation as texts."""

    texts: list[str] = []
    """Every text of the prompt, in order."""
    user: str = ""
    """The last user message."""
    system: str = ""
    """All system and developer messages."""
    turn: int = 0
    """Number of user messages."""
    results: list[str] = []
    """Results of tools at the end of the conversation, which the answer is to use."""
    called: list[str] = []
    """Names of the tools called since the last user message."""
    prompts: list[str] = []
    """Texts to go on from, where the request has them in place of a conversation."""


ANONYMOUS: Final = Principal()
NO_PLACEMENT: Final = Placement()
NO_COST: Final = Decimal(0)
IMMEDIATE: Final = Schedule()
NO_CONTEXT: Final = Context()


class Exchange:
    """The only mutable thing that stages share; a field without a writer keeps its neutral value.

    | field | written by | neutral |
    |---|---|---|
    | scope, receive, send, started, wall, request_id, id | endpoint | - |
    | body, request | body | `b""`, None |
    | principal | auth | ANONYMOUS |
    | inputs, key | inputs | NO_INPUTS, 0 |
    | model | model | None |
    | context | context | NO_CONTEXT |
    | usage | tokens (prompt), kv_cache (cached), generator (completion) | zeros |
    | placement | kv_cache | NO_PLACEMENT |
    | outcome | generator | EMPTY |
    | cost_usd | pricing | 0 |
    | schedule | latency | IMMEDIATE |
    | headers | any stage | [] |
    | error, crash, gone, entered | run | None, None, False, 0 |
    | status, sent_bytes, first_sent | respond | 0, 0, None |
    """

    __slots__ = (
        "body",
        "context",
        "cost_usd",
        "crash",
        "entered",
        "error",
        "first_sent",
        "gone",
        "headers",
        "id",
        "inputs",
        "key",
        "model",
        "outcome",
        "placement",
        "principal",
        "receive",
        "request",
        "request_id",
        "schedule",
        "scope",
        "send",
        "sent_bytes",
        "started",
        "status",
        "usage",
        "wall",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start with neutral values; the endpoint sets times and ids."""
        self.scope = scope
        self.receive = receive
        self.send = send
        self.started = 0.0
        self.wall = 0.0
        self.request_id = ""
        self.id = ""
        self.body = b""
        self.request: Any = None
        self.principal = ANONYMOUS
        self.inputs: Inputs = NO_INPUTS
        self.key = 0
        self.model: ServedModel | None = None
        self.context = NO_CONTEXT
        self.usage = Usage()
        self.placement = NO_PLACEMENT
        self.outcome: Outcome = EMPTY
        self.cost_usd: Decimal = NO_COST
        self.schedule = IMMEDIATE
        self.headers: list[Header] = []
        self.error: ApiError | None = None
        self.crash: BaseException | None = None
        self.entered = 0
        self.gone = False
        self.status = 0
        self.sent_bytes = 0
        self.first_sent: float | None = None

    def mark_gone(self) -> None:
        """Note that the client has closed the connection."""
        self.gone = True
