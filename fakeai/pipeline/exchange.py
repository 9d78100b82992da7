"""Exchange: one request from its first byte to its last."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import msgspec

from fakeai.core.value import Record
from fakeai.pipeline.inputs import NO_INPUTS, Inputs
from fakeai.pipeline.media import Medium
from fakeai.pipeline.outcome import EMPTY, Kept, Outcome, Usage
from fakeai.wire.http import LINE

if TYPE_CHECKING:
    from fakeai.core.error import ApiError
    from fakeai.pipeline.delivery import Delivery
    from fakeai.pipeline.keyring import Caller
    from fakeai.pipeline.registry import ServedModel
    from fakeai.pipeline.replica import EngineRun
    from fakeai.sim.blocks import KeyedText
    from fakeai.sim.fleet import Seat

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
    scenario: str | None = None


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where the simulated fleet runs the request, and what it had cached there."""

    pool: str | None = None
    worker: str | None = None
    cached_tokens: int = 0
    """Prompt tokens that the worker had not to compute."""
    reported_min: int = 0
    """Fewer cached tokens than these are not reported."""
    reported_step: int = 1
    """Reported tokens are a multiple of this."""

    @property
    def reported_tokens(self) -> int:
        """The cached tokens that usage tells, and that are priced as cached."""
        if self.cached_tokens < self.reported_min:
            return 0
        return self.cached_tokens - self.cached_tokens % self.reported_step

    def told_tokens(self, kept: Kept | None) -> int:
        """Return the same for a request that asks to keep no more than this of its prompt."""
        if kept is None:
            return self.reported_tokens
        if self.cached_tokens >= kept.hit_tokens:
            return kept.tokens
        return min(self.reported_tokens, kept.tokens)


class Progress(Protocol):
    """How far an answer is whose times are not known before."""

    @property
    def made_s(self) -> Sequence[float]:
        """When each token so far was made, on the clock."""

    def now(self) -> float:
        """Return the number of the last token made."""

    async def until(self, due: float, deadline_s: float = math.inf) -> bool:
        """Wait for the token of this number; False when the deadline came first."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each token is due, in seconds from the start of the exchange."""

    due_s: Sequence[Sequence[float]] = ()
    """A list a choice, a time a token, ascending; empty: everything is due at once."""
    queue_s: float = 0.0
    """How long the request waits before the engine begins with it."""
    progress: Progress | None = None
    """Where an engine decides step by step: its tokens, by number; `due_s` holds the numbers."""

    @property
    def end_s(self) -> float:
        """When the last token of all choices is due."""
        return max((due[-1] for due in self.due_s if due), default=0.0)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the model is shown: the conversation as texts."""

    texts: list[str] = []
    """Every text of the conversation, in order."""
    definitions: list[str] = []
    """The words of each tool on offer, which come before the conversation."""
    user: str = ""
    """The last user message."""
    system: str = ""
    """All system and developer messages."""
    turn: int = 0
    """Number of user messages."""
    media: list[Medium] = []
    """Its images, sounds and videos."""
    mixed: list[str | Medium] = []
    """Texts and media of the conversation in order, where it has media."""
    results: list[str] = []
    """Results of tools at the end of the conversation, which the answer is to use."""
    called: list[str] = []
    """Names of the tools called since the last user message."""
    prompts: list[str] = []
    """Texts to go on from, where the request has them in place of a conversation."""

    @property
    def shown(self) -> list[str]:
        """All texts of the prompt, in order."""
        return [*self.definitions, *self.texts] if self.definitions else self.texts


ANONYMOUS: Final = Principal()
NO_PLACEMENT: Final = Placement()
NO_COST: Final = Decimal(0)
IMMEDIATE: Final = Schedule()
NO_CONTEXT: Final = Context()
NO_HEADERS: Final[Mapping[bytes, bytes]] = {}
#: What an ASGI scope says of a request of which nothing is known.
NO_SCOPE: Final[Mapping[str, Any]] = {"headers": [], "query_string": b"", "path_params": {}}
#: Pairs of the counts that an open stream keeps of its inputs.
_COUNTS_MAX: Final = 1024


class Exchange(Record, eq=False):
    """The only mutable thing that stages share; a field without a writer keeps its neutral value.

    | field | written by | neutral |
    |---|---|---|
    | scope, receive, send, started, wall, request_id, id | endpoint | - |
    | client_ip, credential, received | endpoint | `""`, `b""`, {} |
    | caller | keyring, at the first question | None |
    | request, request_bytes | body | None, 0 |
    | known | body; any stage adds to it | None |
    | twin | recall, and run when it fails; any stage adds to it | None |
    | principal | auth | ANONYMOUS |
    | inputs, key | inputs | NO_INPUTS, 0 |
    | model | model | None |
    | context | context | NO_CONTEXT |
    | usage | tokens (prompt), kv_cache (cached), generator (completion) | zeros |
    | placement, seat | kv_cache | NO_PLACEMENT, None |
    | keyed | tokens, or else kv_cache | None |
    | outcome | generator | EMPTY |
    | cost_usd | pricing | 0 |
    | schedule, engine_run | latency | IMMEDIATE, None |
    | headers | any stage | [] |
    | error, crash, gone, entered | run | None, None, False, 0 |
    | came | settlement, which also cuts usage and cost_usd | None |
    | is_forgotten | respond | False |
    | status, sent_bytes | respond, refuse, a page of the server's own | 0, 0 |
    """

    scope: Scope
    receive: Receive
    send: Send
    started: float = 0.0
    wall: float = 0.0
    request_id: str = ""
    id: str = ""
    client_ip: str = ""
    credential: bytes = b""
    received: Mapping[bytes, bytes] = {}
    """The headers of the request by their names, which are in lower case.

    Of one that comes twice, it is the first that is not empty. The length of a body that has come
    already need not be among them.
    """
    caller: Caller | None = None
    request: Any = None
    request_bytes: int = 0
    known: dict[Any, Any] | None = None
    """What follows from the bytes of a request, shared by all with the same ones."""
    twin: dict[Any, Any] | None = None
    """What follows from body, caller, model, outcome but for its ids, and placement."""
    principal: Principal = ANONYMOUS
    inputs: Inputs = NO_INPUTS
    key: int = 0
    model: ServedModel | None = None
    context: Context = NO_CONTEXT
    usage: Usage = msgspec.field(default_factory=Usage)
    placement: Placement = NO_PLACEMENT
    seat: Seat | None = None
    keyed: KeyedText | None = None
    outcome: Outcome = EMPTY
    cost_usd: Decimal = NO_COST
    schedule: Schedule = IMMEDIATE
    engine_run: EngineRun | None = None
    headers: list[Header] = []
    error: ApiError | None = None
    crash: BaseException | None = None
    came: Delivery | None = None
    """What had come of an answer that broke off."""
    entered: int = 0
    gone: bool = False
    is_forgotten: bool = False
    """Whether what was asked has been let go."""
    status: int = 0
    sent_bytes: int = 0

    def place(self, placement: Placement) -> None:
        """Note where it runs, and what usage tells of the hit."""
        self.placement = placement
        self.usage.cached_tokens = placement.told_tokens(self.usage.kept)
        self.twin = None

    def mark_gone(self) -> None:
        """Note that the client has closed the connection."""
        self.gone = True

    def let_go_of_head(self) -> None:
        """Forget all headers: once a head is out, nothing reads them."""
        self.headers.clear()
        self.received = NO_HEADERS
        self.scope["headers"] = []

    def forget(self) -> None:
        """Let go of all that was asked, but for what is counted at the end.

        Thousands of streams may be open, and what was asked is the most of what they hold.
        """
        self.is_forgotten = True
        self.request = self.known = None
        self.context = NO_CONTEXT
        self.inputs = _counted(self.inputs.n, self.inputs.max_tokens)
        self.scope = {LINE: self.scope[LINE]} if LINE in self.scope else {}


@lru_cache(_COUNTS_MAX)
def _counted(n: int, max_tokens: int | None) -> Inputs:
    return Inputs(n=n, max_tokens=max_tokens)
