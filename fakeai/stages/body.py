"""body: reads the request's bytes, within its limits, and decodes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.pipeline.recall import Memory
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section
from fakeai.spec.units import Duration, Size, seconds, size_bytes
from fakeai.wire.begin import begin
from fakeai.wire.http import LINE

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.core.clock import Clock
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Step
    from fakeai.wire.http import Line

#: What is known of a body first: the value that it decodes to.
_REQUEST: Final = "request"


class Config(Section):
    """How much of a request is read, for how long, and of which type."""

    max_bytes: Annotated[Size, Meta(description="Largest body; a larger one gets 413.")] = "10MB"
    read_timeout: Annotated[
        Duration, Meta(description="Longest wait for the whole body, in real time; then 408.")
    ] = "30s"
    content_types: Annotated[
        tuple[str, ...],
        Meta(min_length=1, description="Media types that are read as JSON; another one gets 415."),
    ] = ("application/json",)


def compile_body(config: Config | None, build: Build) -> Steps | None:
    """Return the step that reads and decodes the body of endpoints that take one."""
    if build.files.schemas.get("request") is None:
        return None
    config = config or Config()
    max_bytes = size_bytes(config.max_bytes)
    # The network is as slow as it is, however fast the simulation runs.
    timeout_s = seconds(config.read_timeout) * build.spec.clock.speed
    clock, memory = build.outside.clock, Memory()

    check_head = _compile_check(config, max_bytes)

    def wait(exchange: Exchange) -> Awaitable[None] | None:
        check_head(exchange)
        # Most bodies are there together with their head: those need no timer.
        line: Line | None = exchange.scope.get(LINE)
        body = None if line is None else line.take_body()
        if body is None:
            read = begin(_read(exchange, max_bytes))
            if not isinstance(read, bytes):
                return later(exchange, read)
            body = read
        elif len(body) > max_bytes:
            raise _too_large(max_bytes)
        take(exchange, body)
        return None

    def take(exchange: Exchange, body: bytes) -> None:
        # Kept is the size alone: a stream stays open for long, and its images are large.
        exchange.request_bytes = len(body)
        known = exchange.known = memory.of(body)
        if known is None:
            exchange.request = decode(body)
        elif _REQUEST in known:
            exchange.request = known[_REQUEST]
        else:
            exchange.request = known[_REQUEST] = decode(body)

    async def later(exchange: Exchange, rest: Awaitable[bytes]) -> None:
        try:
            body = await by(clock, exchange.started + timeout_s, rest)
        except TimeoutError:
            message = f"The request body did not arrive within {config.read_timeout}."
            raise ApiError("body_timeout", message) from None
        take(exchange, body)

    return Steps(wait=wait)


async def by(clock: Clock, deadline_s: float, rest: Awaitable[bytes]) -> bytes:
    """Return what is awaited, or raise TimeoutError at a time on the clock."""
    task = asyncio.current_task()
    late: list[bool] = []

    def interrupt() -> None:
        late.append(True)
        if task is not None:
            task.cancel()

    timer = clock.call_at(deadline_s, interrupt)
    try:
        return await rest
    except asyncio.CancelledError:
        if not late or task is None:
            raise
        task.uncancel()
        raise TimeoutError from None
    finally:
        timer.cancel()


def decode(body: bytes) -> object:
    """Decode a JSON body; whatever is wrong with it is a refusal."""
    if not body.strip():
        raise ApiError("malformed", "The request body is empty; a JSON body is required.")
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise ApiError("malformed", "The JSON body is nested too deeply.") from None
    except UnicodeDecodeError as error:
        message = f"The JSON body is not valid UTF-8 (byte {error.start})."
        raise ApiError("malformed", message) from None
    except msgspec.MsgspecError as error:
        raise ApiError("malformed", f"The body is not valid JSON: {error}.") from None


def _compile_check(config: Config, max_bytes: int) -> Step:
    """Return what refuses what a head already gives away, before a byte is read."""
    media_types = tuple(kind.lower() for kind in config.content_types)
    read = {media_type.encode() for media_type in media_types}

    def check(exchange: Exchange) -> None:
        received = exchange.received
        value = received.get(b"content-type", b"")
        if value and value not in read:
            media_type = value.decode("latin-1").split(";", 1)[0].strip().lower()
            if media_type and media_type not in media_types:
                message = (
                    f"Unsupported content type '{media_type}'; send {' or '.join(media_types)}."
                )
                raise ApiError("wrong_media_type", message, details={"media_type": media_type})
        if b"content-encoding" in received:
            _check_encoding(received[b"content-encoding"])
        length = received.get(b"content-length", b"")
        if length.isdigit() and int(length) > max_bytes:
            raise _too_large(max_bytes)

    return check


def _check_encoding(sent: bytes) -> None:
    """Refuse a body that is compressed: its size would not be what is read."""
    encoding = sent.decode("latin-1").strip().lower()
    if encoding not in {"", "identity"}:
        message = f"Unsupported content encoding '{encoding}'; send the body as it is."
        raise ApiError("wrong_media_type", message, details={"encoding": encoding})


async def _read(exchange: Exchange, max_bytes: int) -> bytes:
    message = await exchange.receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and message["type"] == "http.request":
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        if size > max_bytes:
            raise _too_large(max_bytes)
        message = await exchange.receive()
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
    if message["type"] == "http.disconnect":
        raise ApiError("disconnected", "The client closed the connection.")
    if size > max_bytes:
        raise _too_large(max_bytes)
    return b"".join(parts)


def _too_large(max_bytes: int) -> ApiError:
    message = f"The request body exceeds the limit of {max_bytes} bytes."
    return ApiError("too_large", message, details={"max_bytes": max_bytes})


STAGE = Stage(
    name="body",
    summary="Reads the body within its limits and decodes the JSON.",
    config=Config,
    compile=compile_body,
    writes=frozenset({"request"}),
    refuses=("too_large", "body_timeout", "wrong_media_type", "malformed"),
)
