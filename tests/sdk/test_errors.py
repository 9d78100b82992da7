"""Every refusal over HTTP is the class that the official client has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGES: Any = [{"role": "user", "content": "Hello"}]
AUTH = "auth: {required: true, keys: {team: {key: sk-team}}}\n"


def refusal(address: str, key: str = "sk-team", **fields: Any) -> openai.APIStatusError:
    """Chat and return what the client raises."""
    asked = {"model": "gpt-4o", "messages": MESSAGES, **fields}
    with (
        openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0) as client,
        pytest.raises(openai.APIStatusError) as caught,
    ):
        client.chat.completions.create(**asked)
    return caught.value


@pytest.mark.parametrize(
    ("overlay", "fields", "kind", "code"),
    [
        (AUTH, {"key": "wrong"}, openai.AuthenticationError, "invalid_api_key"),
        ("", {"temperature": 9}, openai.UnprocessableEntityError, "decimal_above_max_value"),
        ("error_statuses: {invalid: 400}\n", {"n": 0}, openai.BadRequestError, None),
        (
            "unknown_models: reject\n",
            {"model": "nobody"},
            openai.NotFoundError,
            "model_not_found",
        ),
        ("body: {max_bytes: 10B}\n", {}, openai.APIStatusError, "payload_too_large"),
        (
            'injection: {fields: ["messages.*.content"], detectors: {sql: {}}}\n',
            {"messages": [{"role": "user", "content": "'; DROP TABLE users; --"}]},
            openai.BadRequestError,
            "injection_detected",
        ),
        (
            "rate_limits: {default_tier: t, tiers: {t: {tpm: 10}}}\n",
            {"max_tokens": 100},
            openai.RateLimitError,
            "rate_limit_exceeded",
        ),
        (
            "auth: {keys: {team: {key: sk-team, budget: 0}}}\n",
            {},
            openai.RateLimitError,
            "insufficient_quota",
        ),
    ],
)
def test_each_refusal_is_its_class(
    live: Callable[[str], str],
    overlay: str,
    fields: dict[str, Any],
    kind: type[openai.APIStatusError],
    code: str | None,
) -> None:
    """Status, code and a request id, as the client reads them."""
    error = refusal(live(overlay), **fields)

    assert isinstance(error, kind)
    assert code in {None, error.code}
    assert error.request_id


def test_a_ban_is_permission_denied_with_the_time_left(live: Callable[[str], str]) -> None:
    """After the strikes, the right key is shut out too."""
    address = live(AUTH + "abuse: {scope: [ip], bans: [{at: 2, for: 7m}]}\n")
    for _ in range(2):
        refusal(address, key="wrong")
    error = refusal(address)

    assert isinstance(error, openai.PermissionDeniedError)
    assert "ip_banned" == error.code
    assert 415 <= int(error.response.headers["retry-after"]) <= 420


def test_the_client_recovers_because_retry_after_is_true(live: Callable[[str], str]) -> None:
    """With its default retries, the second request waits a second and is answered."""
    address = live("rate_limits: {default_tier: t, tiers: {t: {input_tpm: 448}}}\n")
    question: Any = [{"role": "user", "content": "word " * 200}]
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        create = client.chat.completions.with_raw_response.create
        answers = [create(model="gpt-4o", messages=question, max_tokens=1) for _ in range(2)]

    assert [200, 200] == [answer.status_code for answer in answers]
    assert [0, 1] == [answer.retries_taken for answer in answers]
