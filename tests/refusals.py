"""Every kind of refusal, what leads to it, and what each protocol says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from fakeai.engine.table import STAGES
from fakeai.pipeline.stage import Steps

if TYPE_CHECKING:
    import pytest

    from fakeai.pipeline.exchange import Exchange

LONG = "word " * 50
ATTACK = "'; DROP TABLE users; --"


class Words(NamedTuple):
    """What a protocol says of a refusal; `param` and `code` only where it has them."""

    status: int
    type: str
    code: str | None = None
    param: str | None = None


class Ask(NamedTuple):
    """How a request differs from a good one."""

    fields: dict[str, Any] = {}
    raw: bytes | None = None
    method: str = "POST"
    path: str = ""
    key: str = "sk-team"
    content_type: str = "application/json"
    unended: bool = False


@dataclass(frozen=True)
class Row:
    """A kind of refusal: the spec and the requests that lead to it, and what is said."""

    kind: str
    openai: Words
    anthropic: Words
    asked: Ask = field(default_factory=Ask)
    overlay: str = ""
    before: tuple[Ask, ...] = ()
    """Requests that are answered before."""
    crowd: int = 0
    """Equal requests that come at the same moment, before it."""
    limited: bool = False
    """Whether the request has got as far as the limits, which are then told."""
    retry_after: str | None = None
    allow: dict[str, str] = field(default_factory=dict)
    """What the path of each protocol's requests allows."""


ERR, REQ = "invalid_request_error", "requests"
KEYS = "auth: {required: true, keys: {team: {key: sk-team}}}\n"
ROWS = (
    Row(
        "malformed",
        Words(400, ERR, "invalid_json"),
        Words(400, ERR),
        Ask(raw=b"{oops"),
    ),
    Row(
        "injection",
        Words(400, ERR, "injection_detected", "messages.0.content"),
        Words(400, ERR),
        Ask({"messages": [{"role": "user", "content": ATTACK}]}),
        'injection: {fields: ["messages.*.content"], detectors: {sql: {}}}\n',
    ),
    Row(
        "context_length",
        Words(400, ERR, "context_length_exceeded", "messages"),
        Words(400, ERR),
        Ask({"model": "tiny", "messages": [{"role": "user", "content": LONG}]}),
        "models: {tiny: {context_window: 20}}\n",
        limited=True,
    ),
    Row(
        "unauthenticated",
        Words(401, ERR, "invalid_api_key"),
        Words(401, "authentication_error"),
        Ask(key="sk-wrong"),
        KEYS,
        limited=True,
    ),
    Row(
        "banned",
        Words(403, "permission_error", "ip_banned"),
        Words(403, "permission_error"),
        overlay=KEYS + "abuse: {scope: [ip], bans: [{at: 1, for: 7m}]}\n",
        before=(Ask(key="sk-wrong"),),
        retry_after="420",
    ),
    Row(
        "banned",
        Words(403, "permission_error", "key_banned"),
        Words(403, "permission_error"),
        overlay="abuse: {scope: [key], strikes: {malformed: 1}, bans: [{at: 1, for: 7m}]}\n",
        before=(Ask(raw=b"{oops"),),
        retry_after="420",
    ),
    Row(
        "unknown_route",
        Words(404, ERR, "unknown_url"),
        Words(404, "not_found_error"),
        Ask(path="/v1/nothing/here"),
    ),
    Row(
        "unknown_model",
        Words(404, ERR, "model_not_found", "model"),
        Words(404, "not_found_error"),
        Ask({"model": "nobody"}),
        "unknown_models: reject\n",
        limited=True,
    ),
    Row(
        "unknown_resource",
        Words(404, ERR, "not_found"),
        Words(404, "not_found_error"),
        Ask(method="DELETE", path="/_fakeai/bans/ip/10.9.9.9", key="root"),
    ),
    Row(
        "wrong_method",
        Words(405, ERR, "method_not_allowed"),
        Words(405, ERR),
        Ask(method="PATCH"),
        allow={"openai": "GET, HEAD, POST", "anthropic": "POST"},
    ),
    Row(
        "body_timeout",
        Words(408, ERR, "request_timeout"),
        Words(408, "timeout_error"),
        Ask(unended=True),
    ),
    Row(
        "too_large",
        Words(413, ERR, "payload_too_large"),
        Words(413, "request_too_large"),
        overlay="body: {max_bytes: 10B}\n",
    ),
    Row(
        "wrong_media_type",
        Words(415, ERR, "unsupported_media_type"),
        Words(415, ERR),
        Ask(content_type="text/plain"),
    ),
    Row(
        "invalid",
        Words(422, ERR, "decimal_above_max_value", "temperature"),
        Words(400, ERR),
        Ask({"temperature": 9}),
        limited=True,
    ),
    Row(
        "invalid",
        Words(400, ERR, "missing_required_parameter", "messages"),
        Words(400, ERR),
        Ask({"messages": None}),
        "error_statuses: {invalid: 400}\n",
        limited=True,
    ),
    Row(
        "rate_limited",
        Words(429, REQ, "rate_limit_exceeded"),
        Words(429, "rate_limit_error"),
        overlay="rate_limits: {default_tier: t, tiers: {t: {rpm: 3, tpm: 1M}}}\n",
        before=(Ask(),) * 3,
        limited=True,
        retry_after="20",
    ),
    Row(
        "rate_limited",
        Words(429, "tokens", "rate_limit_exceeded"),
        Words(429, "rate_limit_error"),
        Ask({"max_tokens": 5000}),
        "rate_limits: {default_tier: t, tiers: {t: {rpm: 3, tpm: 1k}}}\n",
        limited=True,
    ),
    Row(
        "quota_exceeded",
        Words(429, "insufficient_quota", "insufficient_quota"),
        Words(400, ERR),
        overlay="auth: {keys: {team: {key: sk-team, budget: 0}}}\n",
        limited=True,
    ),
    Row(
        "internal",
        Words(500, "server_error", "internal_error"),
        Words(500, "api_error"),
        limited=True,
    ),
    Row(
        "overloaded",
        Words(503, "server_error", "overloaded"),
        Words(529, "overloaded_error"),
        overlay="latency: {default: q, profiles: {q: {ttft: 3s, itl: 0ms, "
        "queue: {max_num_seqs: 1, max_waiting: 1}}}}\n",
        crowd=2,
        limited=True,
        retry_after="3",
    ),
)


def put_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a bug into the stage that finds the model."""

    def enter(_exchange: Exchange) -> None:
        raise ZeroDivisionError("our secret")

    buggy = msgspec.structs.replace(
        STAGES["model"], compile=lambda _config, _build: Steps(enter=enter)
    )
    monkeypatch.setitem(STAGES, "model", buggy)
