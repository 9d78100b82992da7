"""One request in both modes, and what must hold for the two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs

from tests.routes.drawing import schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Answer

Json = Any


def plain_and_streamed(body: Json) -> tuple[Json, Json]:
    """Return a request for a whole answer, and one for a stream that tells its usage."""
    plain = {key: value for key, value in body.items() if key not in {"stream", "stream_options"}}
    options = {**(body.get("stream_options") or {}), "include_usage": True}
    return plain, {**plain, "stream": True, "stream_options": options}


class Published:
    """What the schema file of an endpoint says of its answers."""

    def __init__(self, file: str) -> None:
        """Read the response and the chunk."""
        self._response = jsonschema_rs.validator_for(schema_of(file, "response"))
        self._chunk = jsonschema_rs.validator_for(schema_of(file, "chunk"))

    def check(
        self, plain: Answer, streamed: Answer, join: Callable[[list[Json]], list[Json]]
    ) -> None:
        """Hold both against it: the chunks make the body's choices, and the usage is the same."""
        answer, chunks = plain.json, streamed.chunks

        assert [200, 200] == [plain.status, streamed.status], answer
        assert [] == [error.message for error in self._response.iter_errors(answer)]
        assert [] == [error.message for c in chunks for error in self._chunk.iter_errors(c)]
        assert answer["choices"] == join(chunks)
        assert ([], answer["usage"]) == (chunks[-1]["choices"], chunks[-1]["usage"])
        assert "[DONE]" == streamed.events[-1][1]
