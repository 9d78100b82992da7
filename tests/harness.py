"""A compiled server in the test's own process, on virtual time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakeai.core.clock import ManualClock, settle
from fakeai.core.rng import Rng
from fakeai.engine.app import create_app
from fakeai.engine.compile import compile_engine
from fakeai.engine.table import sections
from fakeai.pipeline.stage import Outside
from fakeai.sim.corpus import BUILTIN
from fakeai.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.pipeline.stage import WriteLine

Json = Any


@dataclass
class Lines:
    """A log that keeps its lines."""

    lines: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def debug(self, event: str, **fields: object) -> None:
        """Keep a line at level debug."""
        self.lines.append(("debug", event, fields))

    def info(self, event: str, **fields: object) -> None:
        """Keep a line at level info."""
        self.lines.append(("info", event, fields))

    def error(self, event: str, **fields: object) -> None:
        """Keep a line at level error."""
        self.lines.append(("error", event, fields))

    def close(self) -> None:
        """Do nothing: all lines are kept."""

    def prepare(self, level: str, event: str, fields: tuple[str, ...]) -> WriteLine:
        """Return what keeps lines of these fields."""
        return lambda values: self.lines.append(
            (level, event, dict(zip(fields, values, strict=True)))
        )


@dataclass
class Answer:
    """What a client got: the status, the headers, and each part with its virtual time."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[tuple[float, bytes]] = field(default_factory=list)
    complete: bool = False

    @property
    def body(self) -> bytes:
        """All parts joined."""
        return b"".join(part for _, part in self.parts)

    @property
    def json(self) -> Json:
        """The body decoded."""
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[float, str]]:
        """The `data:` lines of a stream, each with its virtual time."""
        return [
            (time, line.removeprefix("data: "))
            for time, part in self.parts
            for line in part.decode().split("\n")
            if line.startswith("data: ")
        ]

    @property
    def chunks(self) -> list[Json]:
        """The JSON objects of a stream."""
        return [json.loads(data) for _, data in self.events if data.startswith("{")]

    @property
    def text(self) -> str:
        """The deltas of a chat stream's first choice, joined."""
        choices = [c for chunk in self.chunks for c in chunk["choices"] if c["index"] == 0]
        return "".join(choice["delta"].get("content") or "" for choice in choices)


class World:
    """A server compiled from an overlay of the built-in spec, with its clock in the test's hand."""

    def __init__(
        self, folder: Path, overlay: str = "", files: dict[str, str] | None = None, seed: int = 42
    ) -> None:
        """Write the overlay (and more files) to a folder and compile it."""
        for name, text in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        path = folder / "spec.yaml"
        path.write_text(f"fakeai: 1\nextends: builtin\n{overlay}")
        self.clock = ManualClock()
        self.log = Lines()
        loaded = load(path, sections=sections(), environ={})
        outside = Outside(
            clock=self.clock,
            rng=Rng(seed, loaded.spec.determinism),
            log=self.log,
            corpus=BUILTIN,
        )
        self.engine = compile_engine(loaded, outside)
        self.app: Any = create_app(self.engine)

    async def send(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        headers: dict[str, str] | None = None,
        peer: str = "127.0.0.1",
    ) -> Answer:
        """Send a request and let virtual time run until everybody has been served."""
        task = asyncio.create_task(self.begin(method, path, body, headers=headers, peer=peer)[1])
        await self.clock.run()
        answer: Answer = await task
        return answer

    async def chat(self, content: Json = "Hello", **fields: Json) -> Answer:
        """Send a chat completion with one user message."""
        messages = [{"role": "user", "content": content}]
        return await self.send(
            "POST", "/v1/chat/completions", {"model": "gpt-4o", "messages": messages, **fields}
        )

    def begin(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        headers: dict[str, str] | None = None,
        peer: str = "127.0.0.1",
    ) -> tuple[Connection, Any]:
        """Return a connection and the coroutine that serves it, for tests that steer both."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        given = {"content-type": "application/json"} if body is not None else {}
        connection = Connection(self.clock, [raw])
        scope = make_scope(method, path, {**given, **(headers or {})}, peer)
        return connection, connection.serve(self.app, scope)


class Connection:
    """The client's side of one request."""

    def __init__(self, clock: ManualClock, parts: list[bytes]) -> None:
        """`parts` are the pieces of the body; None as the last one keeps the client sending."""
        self.answer = Answer()
        self._clock = clock
        self._messages = [
            {"type": "http.request", "body": part, "more_body": i < len(parts) - 1}
            for i, part in enumerate(parts)
        ]
        self._gone = asyncio.Event()

    def leave(self) -> None:
        """Close the connection."""
        self._gone.set()

    def leave_open(self) -> None:
        """Send the last part of the body, and never say that it was the last."""
        self._messages[-1]["more_body"] = True

    async def serve(self, app: Any, scope: dict[str, Any]) -> Answer:
        """Run the application for this request."""
        await app(scope, self._receive, self._send)
        return self.answer

    async def _receive(self) -> dict[str, Any]:
        if self._messages:
            return self._messages.pop(0)
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            names = [name for name, _ in message["headers"] if name != b"vary"]
            assert len(set(names)) == len(names), f"a header is sent twice: {names}"
            self.answer.headers = {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
            return
        self.answer.parts.append((self._clock.now(), message.get("body", b"")))
        self.answer.complete = not message.get("more_body", False)


def make_scope(
    method: str, target: str, headers: dict[str, str], peer: str = "127.0.0.1"
) -> dict[str, Any]:
    """Return the scope that a server would make of a request."""
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": (peer, 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


async def settled() -> None:
    """Let every task run as far as it can without time passing."""
    await settle()
