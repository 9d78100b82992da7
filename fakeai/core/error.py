"""ApiError: the only way in which a request is refused.

The kinds are a closed list. A protocol file gives each one its status, type and code;
Python only says which kind it is.

    malformed         the body is not JSON, or not UTF-8
    invalid           the body breaks the endpoint's request schema
    injection         a detector found an attack in a declared field
    context_length    prompt and requested output exceed the context window
    unauthenticated   the key is missing, wrong or expired
    forbidden         the key is right but may not do this
    banned            too many strikes; retry_after_s says how long
    unknown_route     no endpoint has this path
    unknown_model     the model is not declared, and unknown models are rejected
    unknown_resource  no stored object has this id
    wrong_method      the path exists, but not with this method
    too_large         the body exceeds body.max_bytes
    body_timeout      the body did not arrive within body.read_timeout
    wrong_media_type  the content type is not one that the endpoint reads
    rate_limited      a request, token or concurrency limit is spent
    quota_exceeded    a key's budget is spent
    overloaded        the simulated engine's queue is full
    timeout           a stream took longer than streams.max_duration or idle_timeout
    internal          our own bug
    disconnected      the client has gone; nothing is sent

Some refusals also have a reason out of a closed list, and `details` with what there is to say of
it. A protocol file may word each reason itself; our own words hold for every protocol.

    missing_key          the request bears no key
    wrong_key            no known key is `key`
    expired_key          the time of `key` is over
    orphan_result        in `message`, the result of a tool answers no call before it: `id`
    unknown_previous     the answer `previous`, from which the request goes on, is not kept
    missing_result       the calls `ids` are not followed by their results
    unknown_tool         the choice names a tool, `name`, that the list `tools` does not offer
    unsupported_media    `model` takes `supported`, not `media`
    unsupported_feature  `model` has no `feature`: tools, json_schema or speech
    unsupported_effort   `model` reasons with the efforts `supported`, not with `effort`
    reasoning_budget     reasoning may take `budget` tokens, all of the `limit` or more
    output_limit         `asked` tokens are more than the `limit` of `model`
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final = (
    "malformed",
    "invalid",
    "injection",
    "context_length",
    "unauthenticated",
    "forbidden",
    "banned",
    "unknown_route",
    "unknown_model",
    "unknown_resource",
    "wrong_method",
    "too_large",
    "body_timeout",
    "wrong_media_type",
    "rate_limited",
    "quota_exceeded",
    "overloaded",
    "timeout",
    "internal",
    "disconnected",
)

REASONS: Final = (
    "missing_key",
    "wrong_key",
    "expired_key",
    "orphan_result",
    "unknown_previous",
    "missing_result",
    "unknown_tool",
    "unsupported_media",
    "unsupported_feature",
    "unsupported_effort",
    "reasoning_budget",
    "output_limit",
)


class ApiError(Exception):
    """A refusal, in the words of the protocol-blind part of the server."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        reason: str | None = None,
        param: str | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
        details: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Refuse with a kind.

        `reason` is why, where the kind leaves it open; `param` is a path into the body; `code`
        overrides the protocol's code; `retry_after_s` are real seconds, whatever the speed of the
        simulation; `details` are the numbers and names that the protocol's own wording may use.
        """
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.reason = reason
        self.param = param
        self.code = code
        self.retry_after_s = retry_after_s
        self.details = details
