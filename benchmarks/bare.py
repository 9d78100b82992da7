"""The yardstick: an ASGI app that reads the body and answers fixed bytes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn

_BODY = b'{"object":"chat.completion","content":"' + b"x" * 560 + b'"}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
]
_EVENT = (
    b'data: {"id":"chatcmpl-' + b"0" * 32 + b'","object":"chat.completion.chunk",'
    b'"created":1700000000,"model":"bare","system_fingerprint":"fp_0000000000",'
    b'"choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,'
    b'"finish_reason":null}]}\n\n'
)
_STREAM_HEADERS = [(b"content-type", b"text/event-stream")]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer fixed bytes; `/stream/TOKENS/ITL_MS` answers as many events."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    if scope["path"].startswith("/stream/"):
        _, _, tokens, itl_ms = scope["path"].split("/")
        await _stream(send, int(tokens), int(itl_ms) / 1000)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


async def _stream(send: Any, tokens: int, itl_s: float) -> None:
    """Send events on absolute deadlines, each as one message."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
    for number in range(tokens):
        if itl_s:
            await asyncio.sleep(start + number * itl_s - loop.time())
        await send({"type": "http.response.body", "body": _EVENT, "more_body": True})
    await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        lifespan="off",
    )
