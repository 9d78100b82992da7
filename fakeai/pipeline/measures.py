"""What is measured of every exchange, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.metric import (
    COUNT_BOUNDS,
    ITL_BOUNDS_S,
    REQUEST_BOUNDS_S,
    TTFT_BOUNDS_S,
    Metric,
)

if TYPE_CHECKING:
    from fakeai.core.metric import Labels

_ENDPOINT: Final = ("endpoint",)
_ANSWER: Final = ("endpoint", "model", "worker")
_WORKER: Final = ("model", "worker")
_HIDDEN: Final = ("worker",)
_SIZE_BOUNDS: Final = tuple(float(4**power) for power in range(4, 14))
ITERATION_BOUNDS: Final = (1.0, *(float(2**power) for power in range(3, 15)))
_COST_BOUNDS: Final = tuple(step * 10.0**power for power in range(-6, 1) for step in (1, 2, 5))


def _counter(name: str, text: str, *labels: str, hidden: Labels = ()) -> Metric:
    return Metric(name=name, kind="counter", help=text, labels=labels, hidden=hidden)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name=name, kind="gauge", help=text, labels=labels)


def _histogram(name: str, text: str, bounds: tuple[float, ...], labels: Labels = _ANSWER) -> Metric:
    hidden = tuple(label for label in labels if label in _HIDDEN)
    return Metric(
        name=name, kind="histogram", help=text, labels=labels, hidden=hidden, bounds=bounds
    )


REQUESTS = _counter(
    "requests", "Requests that have ended, by HTTP status.", "endpoint", "model", "status"
)
IN_FLIGHT = _gauge("requests_in_flight", "Requests that have not ended.", "endpoint")
LAST_REQUEST = _gauge(
    "last_request_timestamp_seconds", "Unix time of the last request's start.", "endpoint"
)
DURATION = _histogram(
    "request_duration_seconds", "From the start of a request to its end.", TTFT_BOUNDS_S, _ENDPOINT
)
BODY_BYTES = _histogram(
    "request_body_bytes", "Size of the request bodies that were read.", _SIZE_BOUNDS, _ENDPOINT
)
ERRORS = _counter(
    "errors",
    "Requests that ended in an error, by its kind: `banned`, `unauthenticated` and so on.",
    "endpoint",
    "kind",
)
KEY_REQUESTS = _counter("key_requests", "Requests by the name of the API key.", "key")
KEY_TOKENS = _counter("key_tokens", "Tokens by the name of the API key.", "key", "type")
KEY_COST = _counter("key_cost_usd", "Cost in USD by the name of the API key.", "key")
REFUSED = _counter(
    "requests_refused", "Answers refused because the queue of their worker was full.", *_WORKER
)
RUNNING = _gauge("requests_running", "Answers on which a worker works.", *_WORKER)
WAITING = _gauge("requests_waiting", "Answers that wait for a worker.", *_WORKER)
PREEMPTIONS = _counter(
    "preemptions",
    "How often answers that have ended had lost their KV blocks and begun again.",
    *_ANSWER,
    hidden=_HIDDEN,
)
ITERATION_TOKENS = _histogram(
    "iteration_tokens", "Tokens of a model in a step of its engine.", ITERATION_BOUNDS, _WORKER
)
KV_USAGE = _gauge(
    "kv_cache_usage_ratio", "Share of a worker's KV blocks that requests hold.", *_WORKER
)
KV_BLOCKS = _gauge(
    "kv_blocks",
    "KV blocks of a worker: `used` by requests, `cached` for the next ones, or `free`.",
    *("worker", "state"),
)
KV_EVICTED = _counter("kv_blocks_evicted", "Cached KV blocks that had to go.", "worker")
KV_INFO = _gauge(
    "kv_cache_info",
    "Always 1; the labels say how many KV blocks a worker has, and of how many tokens.",
    *("worker", "block_size", "blocks"),
)
TOKENS = _counter(
    "tokens",
    "Tokens of answers as usage tells them: `prompt` with its part `cached`, `completion` with "
    "`reasoning`.",
    *("endpoint", "model", "type", "worker"),
    hidden=_HIDDEN,
)
COST = _counter("cost_usd", "Cost of answers in USD.", "endpoint", "model")
REQUEST_COST = _histogram(
    "request_cost_usd", "Cost of one answer in USD.", _COST_BOUNDS, ("endpoint", "model")
)
ANSWERS = _counter(
    "answers",
    "Answers by how they ended: a finish reason, `abort` (client gone) or `error`.",
    *("endpoint", "model", "finish_reason", "worker"),
    hidden=_HIDDEN,
)
PROMPT_SOURCES = _counter(
    "prompt_tokens_by_source",
    "Prompt tokens that an engine `computed` and that its cache held, `cached`.",
    *("endpoint", "model", "source", "worker"),
    hidden=_HIDDEN,
)
CACHE_LOOKUPS = _counter(
    "prefix_cache_lookups",
    "Prompts looked up in the prefix cache, by `hit` or `miss`.",
    *("endpoint", "model", "result"),
)
CACHE_QUERIES = _counter(
    "prefix_cache_queries", "Prompt tokens looked up in the prefix cache.", *_ANSWER, hidden=_HIDDEN
)
CACHE_HITS = _counter(
    "prefix_cache_hits", "Prompt tokens found in the prefix cache.", *_ANSWER, hidden=_HIDDEN
)
CACHED_PREFIX = _histogram(
    "cached_prefix_tokens", "Length of the cached prefix of a prompt, in tokens.", COUNT_BOUNDS
)
TTFT = _histogram(
    "time_to_first_token_seconds",
    "From the start of a request to its first token, the queue included.",
    TTFT_BOUNDS_S,
)
ITL = _histogram("inter_token_latency_seconds", "From a token to the next one.", ITL_BOUNDS_S)
TPOT = _histogram(
    "time_per_output_token_seconds", "Time to a token after the first, on average.", ITL_BOUNDS_S
)
E2E = _histogram(
    "e2e_request_latency_seconds",
    "From the start of a request for an answer to its end.",
    REQUEST_BOUNDS_S,
)
QUEUE = _histogram("queue_time_seconds", "Wait before the engine began.", REQUEST_BOUNDS_S)
GENERATION = _histogram(
    "generation_time_seconds", "From the end of the queue to the last token.", REQUEST_BOUNDS_S
)
PREFILL = _histogram(
    "prefill_time_seconds", "From the end of the queue to the first token.", REQUEST_BOUNDS_S
)
DECODE = _histogram(
    "decode_time_seconds", "From the first token to the last one.", REQUEST_BOUNDS_S
)
TOKENS_PER_SECOND = _histogram(
    "output_tokens_per_second", "Completion tokens of a request a second.", COUNT_BOUNDS
)
PROMPT_TOKENS = _histogram("prompt_tokens", "Prompt tokens of a request.", COUNT_BOUNDS)
COMPUTED_TOKENS = _histogram(
    "computed_prompt_tokens", "Prompt tokens of a request that were not cached.", COUNT_BOUNDS
)
COMPLETION_TOKENS = _histogram("completion_tokens", "Tokens that a request got.", COUNT_BOUNDS)
CHOICE_TOKENS = _histogram(
    "longest_choice_tokens", "Tokens of the longest choice of a request.", COUNT_BOUNDS
)
CHOICES = _histogram("requested_choices", "Choices a request asked for.", (1, 2, 5, 10, 20))
REQUEST_PREEMPTIONS = _histogram(
    "request_preemptions", "Preemptions of one request.", (1, 2, 3, 4, 5, 10, 20)
)
MAX_TOKENS = _histogram("requested_max_tokens", "Most tokens a request asked for.", COUNT_BOUNDS)

METRICS: Final = (
    REQUESTS,
    IN_FLIGHT,
    LAST_REQUEST,
    DURATION,
    BODY_BYTES,
    ERRORS,
    KEY_REQUESTS,
    KEY_TOKENS,
    KEY_COST,
    REFUSED,
    RUNNING,
    WAITING,
    PREEMPTIONS,
    ITERATION_TOKENS,
    KV_USAGE,
    KV_BLOCKS,
    KV_EVICTED,
    KV_INFO,
    TOKENS,
    COST,
    REQUEST_COST,
    ANSWERS,
    PROMPT_SOURCES,
    CACHE_LOOKUPS,
    CACHE_QUERIES,
    CACHE_HITS,
    CACHED_PREFIX,
    TTFT,
    ITL,
    TPOT,
    E2E,
    QUEUE,
    GENERATION,
    PREFILL,
    DECODE,
    TOKENS_PER_SECOND,
    PROMPT_TOKENS,
    COMPUTED_TOKENS,
    COMPLETION_TOKENS,
    CHOICE_TOKENS,
    CHOICES,
    REQUEST_PREEMPTIONS,
    MAX_TOKENS,
)
