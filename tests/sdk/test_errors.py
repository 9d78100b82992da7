"""Refusals: each is the class that the official clients have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import anthropic
import openai
import pytest

from tests.refusals import put_a_bug

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGES: Any = [{"role": "user", "content": "Hello"}]
ATTACK: Any = [{"role": "user", "content": "'; DROP TABLE users; --"}]
LONG: Any = [{"role": "user", "content": "word " * 50}]
AUTH = "auth: {required: true, keys: {team: {key: sk-team}}}\n"
BAN = "abuse: {scope: [ip], bans: [{at: 2, for: 7m}]}\n"
LIMIT = "rate_limits: {default_tier: t, tiers: {t: {tpm: 10}}}\n"
BUDGET = "auth: {keys: {team: {key: sk-team, budget: 0}}}\n"
INJECTION = 'injection: {fields: ["messages.*.content"], detectors: {sql: {}}}\n'
TINY = "models: {tiny: {context_window: 20}}\n"
FULL = (
    "latency: {default: q, profiles: {q: {ttft: 0ms, itl: 30s, "
    "queue: {max_num_seqs: 1, max_waiting: 0}}}}\n"
)
BAD = "invalid_request_error"
HOT: Any = {"extra_body": {"temperature": 9}}


class Case(NamedTuple):
    """A refusal: the spec, what is asked, and what the two clients raise."""

    overlay: str
    fields: dict[str, Any]
    openai: str
    code: str
    anthropic: str
    type: str = BAD


CASES = [
    Case(INJECTION, {"messages": ATTACK}, "BadRequest", "injection_detected", "BadRequest"),
    Case(
        TINY,
        {"model": "tiny", "messages": LONG},
        "BadRequest",
        "context_length_exceeded",
        "BadRequest",
    ),
    Case(
        AUTH,
        {"key": "wrong"},
        "Authentication",
        "invalid_api_key",
        "Authentication",
        "authentication_error",
    ),
    Case(
        "unknown_models: reject\n",
        {"model": "nobody"},
        "NotFound",
        "model_not_found",
        "NotFound",
        "not_found_error",
    ),
    Case(
        "body: {max_bytes: 10B}\n",
        {},
        "APIStatus",
        "payload_too_large",
        "RequestTooLarge",
        "request_too_large",
    ),
    Case("", HOT, "UnprocessableEntity", "decimal_above_max_value", "BadRequest"),
    Case(
        "error_statuses: {invalid: 422}\n",
        HOT,
        "UnprocessableEntity",
        "decimal_above_max_value",
        "UnprocessableEntity",
    ),
    Case(
        "error_statuses: {invalid: 400}\n",
        HOT,
        "BadRequest",
        "decimal_above_max_value",
        "BadRequest",
    ),
    Case(
        LIMIT,
        {"max_tokens": 100},
        "RateLimit",
        "rate_limit_exceeded",
        "RateLimit",
        "rate_limit_error",
    ),
    Case(BUDGET, {}, "RateLimit", "insufficient_quota", "BadRequest"),
]


def by_openai(address: str, key: str = "sk-team", **fields: Any) -> openai.APIStatusError:
    """Chat and return what the client raises."""
    asked = {"model": "gpt-4o", "messages": MESSAGES, **fields}
    with (
        openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0) as client,
        pytest.raises(openai.APIStatusError) as caught,
    ):
        client.chat.completions.create(**asked)
    return caught.value


def by_anthropic(address: str, key: str = "sk-team", **fields: Any) -> anthropic.APIStatusError:
    """Ask for a message and return what the client raises."""
    asked = {"model": "claude-opus-4-5", "messages": MESSAGES, "max_tokens": 9, **fields}
    with (
        anthropic.Anthropic(base_url=address, api_key=key, max_retries=0) as client,
        pytest.raises(anthropic.APIStatusError) as caught,
    ):
        client.messages.create(**asked)
    return caught.value


def type_of(error: anthropic.APIStatusError) -> str:
    """Return the type that stands in the envelope."""
    body: Any = error.body
    assert body["request_id"] == error.request_id
    return str(body["error"]["type"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_each_refusal_is_its_class(live: Callable[[str], str], case: Case) -> None:
    """Status, code or type, and a request id, as the clients read them."""
    address = live(case.overlay)
    one, other = by_openai(address, **case.fields), by_anthropic(address, **case.fields)

    assert getattr(openai, f"{case.openai}Error") is type(one)
    assert getattr(anthropic, f"{case.anthropic}Error") is type(other)
    assert (case.code, case.type) == (one.code, type_of(other))
    assert one.request_id


def test_a_ban_is_permission_denied_with_the_time_left(live: Callable[[str], str]) -> None:
    """After the strikes, the right key is shut out too."""
    address = live(AUTH + BAN)
    for _ in range(2):
        by_openai(address, key="wrong")
    one, other = by_openai(address), by_anthropic(address)

    assert isinstance(one, openai.PermissionDeniedError)
    assert isinstance(other, anthropic.PermissionDeniedError)
    assert ("ip_banned", "permission_error") == (one.code, type_of(other))
    for waits in (one.response.headers["retry-after"], other.response.headers["retry-after"]):
        assert 415 <= int(waits) <= 420


def test_our_own_bug_is_an_internal_error(
    live: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clients get the id under which the log has the stack trace."""
    put_a_bug(monkeypatch)
    address = live("name: buggy\n")
    one, other = by_openai(address), by_anthropic(address)

    assert (openai.InternalServerError, 500) == (type(one), one.status_code)
    assert (anthropic.InternalServerError, 500) == (type(other), other.status_code)
    assert ("internal_error", "api_error") == (one.code, type_of(other))
    assert str(one.request_id) in one.message


def test_a_full_queue_is_an_internal_error_with_the_time_to_wait(
    live: Callable[[str], str],
) -> None:
    """While a stream has the only seat, nobody else is served."""
    address = live(FULL)
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        stream = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
        next(stream)
        one, other = by_openai(address), by_anthropic(address, model="gpt-4o")
        stream.close()

    assert (503, 529) == (one.status_code, other.status_code)
    assert isinstance(one, openai.InternalServerError)
    assert isinstance(other, anthropic.InternalServerError)
    assert ("overloaded", "overloaded_error") == (one.code, type_of(other))
    assert int(one.response.headers["retry-after"]) > 0


def test_the_clients_recover_because_retry_after_is_true(live: Callable[[str], str]) -> None:
    """With their default retries, the second request waits once and is answered."""
    address = live("rate_limits: {default_tier: t, tiers: {t: {input_tpm: 448}}}\n")
    asked: Any = {"messages": [{"role": "user", "content": "word " * 200}], "max_tokens": 1}
    with (
        openai.OpenAI(base_url=f"{address}/v1", api_key="any") as one,
        anthropic.Anthropic(base_url=address, api_key="other") as other,
    ):
        chat = one.chat.completions.with_raw_response.create
        message = other.messages.with_raw_response.create
        chats = [chat(model="gpt-4o", **asked) for _ in range(2)]
        messages = [message(model="claude-opus-4-5", **asked) for _ in range(2)]

    assert [0, 1] == [answer.retries_taken for answer in chats]
    assert [0, 1] == [answer.retries_taken for answer in messages]
    assert {200} == {answer.status_code for answer in chats}
    assert {200} == {answer.http_response.status_code for answer in messages}
