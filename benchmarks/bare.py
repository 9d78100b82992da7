"""The yardstick: an ASGI app that reads the body and answers fixed bytes."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

_BODY = b'{"object":"chat.completion","content":"' + b"x" * 560 + b'"}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer every HTTP request alike."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


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
