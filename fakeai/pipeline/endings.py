"""Endings: the measures of requests that have ended, counted by the batch."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.pipeline import measures as m
from fakeai.pipeline.answers import completion_tokens, cost_usd, prompt_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.metric import Batch, Histogram, Meter, Tally
    from fakeai.pipeline.answers import Answers, Measured

#: Requests that are counted together. It takes 0.1 ms, and 1 ms when no two of them are alike.
BATCH_MAX: Final = 64

Where: TypeAlias = tuple[str, "str | None", int, "type[Answers] | None"]
"""Model, worker, status, and what counts the answer, if there was any."""
Ended: TypeAlias = tuple["Ending", str, float, int, "Measured | None"]
"""What a request counts for, the name of its key, its seconds, its bytes and its answer."""


class Ending:
    """The measures of one endpoint's requests that ended alike, bound once."""

    __slots__ = ("_body", "_duration", "_requests", "answers")

    def __init__(
        self, requests: Tally, duration: Histogram, body: Histogram, answers: Answers | None
    ) -> None:
        """Take what counts them; `answers` where there was an answer."""
        self._requests = requests
        self._duration = duration
        self._body = body
        self.answers = answers

    def count(self, requests: list[Ended]) -> None:
        """Count requests that ended like this."""
        _, _, elapsed_s, request_bytes, measured = zip(*requests, strict=True)
        self._requests.value += len(requests)
        self._duration.observe_all(elapsed_s)
        self._body.observe_all([size for size in request_bytes if size])
        if self.answers is not None:
            self.answers.count(measured)


class Endings(dict[Where, Ending]):
    """How requests of one endpoint have ended; what is asked for the first time is bound."""

    def __init__(self, meter: Meter, endpoint: str) -> None:
        """Take from the meter what all endings share; it shows zeros from now on."""
        super().__init__()
        self._meter, self._endpoint = meter, endpoint
        self._requests = meter.tallies(m.REQUESTS)
        self._duration = meter.histograms(m.DURATION).child(endpoint)
        self._body = meter.histograms(m.BODY_BYTES).child(endpoint)

    def __missing__(self, where: Where) -> Ending:
        """Bind an ending."""
        model, worker, status, kind = where
        requests = self._requests.child(self._endpoint, model, str(status))
        answers = kind(self._meter, self._endpoint, model, worker) if kind else None
        ending = self[where] = Ending(requests, self._duration, self._body, answers)
        return ending


def ended_requests(meter: Meter) -> Batch[Ended]:
    """Return where the requests of all endpoints wait to be counted."""
    count_key = _keys(meter)

    def count(requests: list[Ended]) -> None:
        alike: dict[Ending, list[Ended]] = defaultdict(list)
        keys: dict[str, list[Measured | None]] = defaultdict(list)
        for request in requests:
            ending, key, _, _, measured = request
            alike[ending].append(request)
            keys[key].append(measured)
        for ending, ended in alike.items():
            ending.count(ended)
        for key, answers in keys.items():
            count_key(key, answers)

    return meter.batch(count)


def _keys(meter: Meter) -> Callable[[str, list[Measured | None]], None]:
    requests = meter.tallies(m.KEY_REQUESTS)
    tokens, cost = meter.tallies(m.KEY_TOKENS), meter.tallies(m.KEY_COST)

    def count(key: str, ended: list[Measured | None]) -> None:
        requests.child(key).value += len(ended)
        answers = [measured for measured in ended if measured is not None]
        if answers:
            tokens.child(key, "prompt").value += sum(map(prompt_tokens, answers))
            tokens.child(key, "completion").value += sum(map(completion_tokens, answers))
            cost.child(key).value += float(sum(map(cost_usd, answers)))

    return count
