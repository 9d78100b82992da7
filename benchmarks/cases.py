"""What is asked of the servers: plain requests and streams."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

KEY: Final = "sk-benchmark"
CHAT_PATH: Final = "/v1/chat/completions"
MODEL: Final = "bench"
PACED_MODEL: Final = "bench-paced"
FAST_MODEL: Final = "bench-fast"
ITL_MS: Final = 20
#: The shortest delay at which each token of a stream goes out in a write of its own.
FAST_ITL_MS: Final = 1
_MODELS: Final = {0: MODEL, ITL_MS: PACED_MODEL, FAST_ITL_MS: FAST_MODEL}
STREAMS_MAX: Final = 2_000

#: Prompts that differ in their last words, as those of a load test do; they come again and again.
_PROMPTS: Final = 64
#: Prompts that differ from the first word on, more than a server can remember.
_NEW_PROMPTS: Final = 8192
_REVIEW: Final = (
    "You are reviewing a pull request. Summarise what the change does, list two risks and "
    "propose one test. The change replaces a polling loop by a subscription. "
)
_LONG: Final = "The quick brown fox jumps over the lazy dog near the river bank. "
_WEATHER: Final = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 7},
    },
    "required": ["city", "unit", "days"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class RequestCase:
    """A request that is sent again and again, in some variants."""

    name: str
    what: str
    bodies: tuple[bytes, ...]

    def requests(self, path: str) -> list[bytes]:
        """Return the bytes of the requests to a path."""
        return [post(path, body) for body in self.bodies]

    def renamed(self, mark: str) -> RequestCase:
        """Return the case with other prompts, which begin with a mark of their own."""
        first = b'"user", "content": "'
        bodies = [body.replace(first, first + mark.encode(), 1) for body in self.bodies]
        return RequestCase(self.name, self.what, tuple(bodies))


@dataclass(frozen=True)
class StreamCase:
    """Streams that are open at the same time; each that ends is opened again."""

    tokens: int
    itl_ms: int
    concurrent: int

    def requests(self, path: str) -> list[bytes]:
        """Return the bytes of the requests to a path, each stream with a prompt of its own."""
        extra = {"max_tokens": self.tokens, "ignore_eos": True, "stream": True}
        return [
            post(path, _body(f"{number} {_REVIEW * 6}", model=_MODELS[self.itl_ms], **extra))
            for number in range(self.concurrent)
        ]


def post(path: str, body: bytes) -> bytes:
    """Return the bytes of a POST of JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(prompt: str, **extra: Any) -> bytes:
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": prompt},
    ]
    return json.dumps({"model": MODEL, "messages": messages, "max_tokens": 64} | extra).encode()


def _new_case(name: str, what: str, prompt: str, **extra: Any) -> RequestCase:
    bodies = [_body(f"{number} {prompt}", **extra) for number in range(_NEW_PROMPTS)]
    return RequestCase(name, what, tuple(bodies))


def _case(name: str, what: str, prompt: str, **extra: Any) -> RequestCase:
    bodies = [_body(f"{prompt}Case {number}.", **extra) for number in range(_PROMPTS)]
    return RequestCase(name, what, tuple(bodies))


REQUEST_CASES: Final = (
    _case("chat", "plain chat, 1 kB in, 0.6 kB out", _REVIEW * 6, temperature=0.2),
    _new_case("new_chat", "the same, every prompt a new one", _REVIEW * 6, temperature=0.2),
    _case("long_prompt", "a prompt of 8,000 tokens", _LONG * 570),
    _case(
        "tools",
        "a tool call is forced",
        _REVIEW,
        tools=[{"type": "function", "function": {"name": "weather", "parameters": _WEATHER}}],
        tool_choice="required",
    ),
    _case(
        "json_schema",
        "the answer follows a JSON Schema",
        _REVIEW,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "weather", "strict": True, "schema": _WEATHER},
        },
    ),
)

#: At zero delay, all that a server can send; with a delay, whether it keeps its times; with the
#: shortest, what a token costs that is a write of its own.
STREAM_CASES: Final = (
    *(StreamCase(tokens, 0, n) for tokens in (64, 512) for n in (1, 64)),
    StreamCase(64, 0, STREAMS_MAX),
    StreamCase(512, FAST_ITL_MS, 50),
    *(StreamCase(64, ITL_MS, n) for n in (1, 200)),
    *(StreamCase(512, ITL_MS, n) for n in (1, 300, 600, 1_000, STREAMS_MAX)),
)
