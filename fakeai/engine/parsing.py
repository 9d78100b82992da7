"""Parsing: the requests in what a connection receives, found by httptools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httptools

from fakeai.engine.flow import HIGH_WATER_BYTES
from fakeai.engine.head import MALFORMED, TOO_LARGE, make_scope, without_upgrade

if TYPE_CHECKING:
    from fakeai.engine.cycle import Cycle
    from fakeai.engine.flow import Flow
    from fakeai.engine.head import HeadLimits
    from fakeai.engine.heads import Heads, Piece
    from fakeai.engine.turns import Turns
    from fakeai.pipeline.exchange import Header, Scope


class HeadRefusedError(Exception):
    """Stops the parser in a head that breaks a limit."""


class Parsing:
    """The parser's side of a connection; it hears of heads, of bodies and of their ends."""

    __slots__ = (
        "_ends",
        "_expects",
        "_head_bytes",
        "_headers",
        "_latest",
        "_parser",
        "_part_bytes",
        "_piece",
        "_refusal",
        "_shares_part",
        "_upgrades",
        "_url",
        "flow",
        "is_in_head",
        "turns",
    )

    limits: HeadLimits
    heads: Heads
    flow: Flow
    turns: Turns
    _ends: dict[str, Any]
    """The ends of the connection, as a scope names them."""
    _headers: list[Header]
    _url: bytes

    def __init__(self) -> None:
        """Wait for the first head."""
        self._parser = self._make_parser()
        self._latest: Cycle | None = None
        self._piece: Piece | None = None
        self._refusal = MALFORMED
        self.is_in_head = False
        self._upgrades = False
        self._head_bytes = 0  # without the part that is being read
        self._part_bytes = 0
        self._shares_part = False  # with the end of another request

    def begin_request(self, scope: Scope, *, keep_alive: bool) -> Cycle:
        """Make a request of a head, to which its body can be fed."""
        raise NotImplementedError

    def read(self, data: bytes) -> bool:
        """Find the requests in what was received; False for what is no HTTP or breaks a limit."""
        latest = self._latest
        self._piece = None
        # Where the parser stands between two requests, it may be spared one that it knows.
        if not self.is_in_head and (latest is None or (latest.keep_alive and not latest.more_body)):
            piece = self.heads.piece(data)
            scope = None if piece is None else piece.scope(self._ends)
            if piece is not None and scope is not None:
                cycle = self.begin_request(scope, keep_alive=True)
                cycle.known_head = piece.known
                cycle.body, cycle.more_body = piece.body, False
                cycle.wake()
                self.turns.begin(cycle)
                return True
            self._piece = piece
        self._shares_part = False
        self._part_bytes = len(data)
        return self._parse(data)

    def _parse(self, data: bytes | memoryview) -> bool:
        head = b""
        while True:
            try:
                if head:
                    self._parser.feed_data(head)
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if not self._upgrades:
                    return True
                # To no other protocol: the request is read once more, as if it had not asked.
                self._upgrades = False
                data = memoryview(data)[upgrade.args[0] :]
                method = self._parser.get_method()
                head = without_upgrade(method, self._url, self._headers)
                self._parser = self._make_parser()
            except httptools.HttpParserError:
                return False
            else:
                return True

    def _make_parser(self) -> Any:
        parser: Any = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    # What the parser finds.

    def on_message_begin(self) -> None:
        """Begin with the next head."""
        self.is_in_head = True
        self._url = b""
        self._headers = []
        self._expects = False

    def on_url(self, url: bytes) -> None:
        """Keep the target; a long one comes in pieces."""
        if self._head_bytes + len(url) > self.limits.size_bytes:
            self._refuse_head()
        self._url = self._url + url if self._url else url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        name = name.lower()
        self._headers.append((name, value))
        if len(self._headers) > self.limits.headers:
            self._refuse_head()
        if name == b"expect":
            self._expects = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Make a request of the head, within its limits."""
        headers, parser, limits = self._headers, self._parser, self.limits
        # What was received is more than the head: a sum is needed only where that is much.
        received = self._head_bytes + self._part_bytes
        if received > limits.size_bytes and limits.are_broken(self._url, headers):
            self._refuse_head()
        method = parser.get_method()
        if parser.should_upgrade() and method != b"CONNECT":
            self._upgrades = True
            return
        self.is_in_head = False
        self._headers = []  # an open stream needs none
        self._head_bytes = 0
        version = parser.get_http_version()
        scope = make_scope(self._ends, method, self._url, version, headers)
        keep_alive = version != "1.0" and parser.should_keep_alive()
        cycle = self.begin_request(scope, keep_alive=keep_alive)
        cycle.waits_to_be_asked = self._expects

    def on_body(self, body: bytes) -> None:
        """Feed the request; what is not received for long is not read further."""
        cycle = self._latest
        if cycle is None or cycle.response_complete:
            return
        cycle.feed(body)
        if cycle is not self.turns.arriving and len(cycle.body) > HIGH_WATER_BYTES:
            self.flow.pause_reading()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._shares_part = True
        cycle = self._latest
        if self._upgrades or cycle is None or cycle.response_complete:
            return
        piece, self._piece = self._piece, None
        if piece is not None and cycle.keep_alive and not cycle.waits_to_be_asked:
            piece.learn(cycle.scope, cycle.body)
        cycle.more_body = False
        cycle.wake()
        self.turns.begin(cycle)

    def _refuse_head(self) -> None:
        self._refusal = TOO_LARGE
        raise HeadRefusedError
