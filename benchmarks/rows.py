"""What a run measures: a row for each figure of a table, and its plan."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plan:
    """How long each part takes, and with which of the specs."""

    specs: tuple[str, ...] = ("stages off", "built-in", "everything")
    rounds: int = 5
    seconds: float = 0.5
    connections: int = 16
    settle_s: float = 1.0
    window_s: float = 4.0
    lives: float = 1.0
    """Streams with a delay are opened over this many of their lifetimes: they end as steadily."""
    stages_s: float = 35.0
    starts: int = 3
    requests: int = 10_000
    open_streams: int = 1_000
    streams_max: int = 2_000


QUICK = Plan(
    specs=("everything",),
    rounds=1,
    seconds=0.15,
    settle_s=0.2,
    window_s=0.2,
    lives=0.0,
    stages_s=0.0,
    starts=1,
    requests=200,
    open_streams=100,
    streams_max=100,
)


@dataclass(frozen=True)
class RequestRow:
    """One case on one server."""

    case: str
    server: str
    ratio: float
    cpu_ratio: float
    requests_per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    half_load_p99_ms: float
    errors: int
    server_busy: float
    client_busy: float


@dataclass(frozen=True)
class StreamRow:
    """Some streams on one server; `delivered` and the gaps only where there is a delay."""

    tokens: int
    itl_ms: int
    concurrent: int
    server: str
    ratio: float
    events_per_s: float
    delivered: float | None
    gap_error_p50_ms: float | None
    gap_error_p99_ms: float | None
    cpu_us_per_event: float
    errors: int


@dataclass(frozen=True)
class FootprintRow:
    """What a server takes before and after it has worked."""

    server: str
    first_answer_ms: float
    validate_ms: float
    rss_idle_mb: float
    rss_after_mb: float
    rss_after_requests: int
    kb_per_stream: float | None


@dataclass(frozen=True)
class StageRow:
    """What a stage adds to a chat request that has all of them."""

    stage: str
    share: float
    cpu_us: float


@dataclass(frozen=True)
class CacheRow:
    """What a long prompt costs."""

    tokens: int
    lookup_ms: float
    insert_ms: float
    longest_block_ms: float


@dataclass
class Figures:
    """A whole run."""

    machine: dict[str, object] = field(default_factory=dict)
    requests: list[RequestRow] = field(default_factory=list)
    streams: list[StreamRow] = field(default_factory=list)
    footprint: list[FootprintRow] = field(default_factory=list)
    stages: list[StageRow] = field(default_factory=list)
    prefix_cache: list[CacheRow] = field(default_factory=list)
