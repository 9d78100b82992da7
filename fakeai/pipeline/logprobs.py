"""Logprobs: how likely each token of a text was, and what could have stood in its place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from fakeai.pipeline.outcome import TokenLogprob, TopLogprob

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

#: Parameters of the beta distribution that a chosen token's probability is drawn from.
_CHOSEN_ALPHA: Final = 5.0
_CHOSEN_BETA: Final = 1.2
_PROBABILITY_MIN: Final = 1e-4
_DECIMALS: Final = 6
#: The share of what is left of all probability that the next rival takes.
_RIVAL_SHARE_MIN: Final = 0.35
_RIVAL_SHARE_MAX: Final = 0.65
#: Words that could stand almost anywhere; more than any request may ask for.
_RIVALS: Final = tuple(
    " the, a, of, and, to, in, is, for, it, on, as, with, at, by, from, this, that, be, an, or,"
    " are, not, we, its, can".split(",")
)


def token_logprobs(tokens: Sequence[str], rng: Random, top: int) -> list[TokenLogprob]:
    """Return one entry a token, with its `top` likeliest alternatives, itself first.

    The alternatives come from the text's own words before common ones, so that they look like
    words which the model had in mind.
    """
    pool = list(dict.fromkeys([*tokens[: 2 * top], *_RIVALS])) if top > 1 else []
    return [_entry(token, rng, top, pool) for token in tokens]


def _entry(token: str, rng: Random, top: int, pool: list[str]) -> TokenLogprob:
    chosen = max(_PROBABILITY_MIN, rng.betavariate(_CHOSEN_ALPHA, _CHOSEN_BETA))
    logprob, size = _logprob(chosen), list(token.encode())
    rows = [TopLogprob(token=token, logprob=logprob, bytes=size)] if top else []
    left, ceiling = 1.0 - chosen, chosen
    start = int(rng.random() * len(pool))
    for rival in (pool[start:] + pool[:start]) if top > 1 else ():
        if len(rows) == top:
            break
        if rival != token:
            share = _RIVAL_SHARE_MIN + rng.random() * (_RIVAL_SHARE_MAX - _RIVAL_SHARE_MIN)
            ceiling = min(ceiling, max(left * share, 1e-12))
            left -= ceiling
            row = TopLogprob(token=rival, logprob=_logprob(ceiling), bytes=list(rival.encode()))
            rows.append(row)
    return TokenLogprob(token=token, logprob=logprob, bytes=size, top=rows)


def _logprob(probability: float) -> float:
    return min(0.0, round(math.log(probability), _DECIMALS))
