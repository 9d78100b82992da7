"""Refusals: the response for an exchange that ended in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.wire.http import JSON_TYPE, answer, send_end

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.protocol import Protocol
    from fakeai.pipeline.stage import Log, WaitingStep
    from fakeai.pipeline.variables import ErrorView


def compile_refusal(dialect: Protocol, log: Log) -> WaitingStep:
    """Return the step that answers `exchange.error` in the protocol's shape."""

    def refuse(exchange: Exchange) -> Awaitable[None] | None:
        error = exchange.error
        if error is None:
            return None
        if exchange.crash is not None:
            log.error("crash", request_id=exchange.request_id, exc_info=exchange.crash)
        if error.kind == "disconnected":
            exchange.status = dialect.statuses[error.kind]
            return None
        view = dialect.view(exchange, error)
        if exchange.status:
            return _end_stream(dialect, exchange, view)
        exchange.status = view.status
        body = dialect.error_body(exchange, view)
        headers = [*dialect.head(exchange), JSON_TYPE, *_hints(view)]
        exchange.sent_bytes = len(body)
        return answer(exchange.scope, exchange.send, view.status, headers, body)

    return refuse


async def _end_stream(dialect: Protocol, exchange: Exchange, view: ErrorView) -> None:
    """The 200 is out: the error is an event, and the stream ends."""
    frame = dialect.stream_error
    variables = dialect.error_variables(exchange, view)
    body = frame.render(variables) if frame else b""
    exchange.sent_bytes += len(body)
    await send_end(exchange.send, body)


def _hints(view: ErrorView) -> list[Header]:
    headers: list[Header] = []
    if view.retry_after is not None:
        headers.append((b"retry-after", str(view.retry_after).encode()))
    allowed = view.details.get("allowed")
    if allowed:
        headers.append((b"allow", str(allowed).encode()))
    return headers
