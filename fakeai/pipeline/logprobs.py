"""Logprobs: how likely each token was, and its rivals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from fakeai.pipeline.outcome import TokenLogprob, TopLogprob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

#: Parameters of the beta distribution that a chosen token's probability is drawn from.
_CHOSEN_ALPHA: Final = 5.0
_CHOSEN_BETA: Final = 1.2
_LEAST: Final = 1e-4
_DECIMALS: Final = 6
#: The share of what is left of all probability that the next rival takes.
_RIVAL_SHARE_MIN: Final = 0.35
_RIVAL_SHARE_MAX: Final = 0.65
#: Words that could stand almost anywhere; more than any request may ask for.
_RIVALS: Final = (
    *(
        " the",
        " a",
        " of",
        " and",
        " to",
        " in",
        " is",
        " for",
        " it",
        " on",
        " as",
        " with",
        " at",
    ),
    *(" by", " from", " this", " that", " be", " an", " or", " are", " not", " we", " its", " can"),
)


def token_logprobs(tokens: Sequence[str], rng: Random, top: int) -> list[TokenLogprob]:
    """Return one entry a token, with its `top` likeliest alternatives, itself first.

    The alternatives come from the text's own words before common ones, so that they look like
    words which the model had in mind.
    """
    pool = list(dict.fromkeys([*tokens[: 2 * top], *_RIVALS])) if top > 1 else []
    # All are drawn before any rival, so that they do not depend on how many were asked for.
    chosen = [max(_LEAST, rng.betavariate(_CHOSEN_ALPHA, _CHOSEN_BETA)) for _ in tokens]
    return [
        TokenLogprob(
            token=token,
            logprob=_logprob(probability),
            bytes=list(token.encode()),
            top=[_row(token, probability), *_rivals(token, probability, top, pool, rng)][:top],
        )
        for token, probability in zip(tokens, chosen, strict=True)
    ]


def _rivals(
    token: str, chosen: float, top: int, pool: list[str], rng: Random
) -> Iterator[TopLogprob]:
    """Yield other tokens, each less likely than the one before."""
    left, ceiling = 1.0 - chosen, chosen
    start = int(rng.random() * len(pool))
    others = [rival for rival in pool[start:] + pool[:start] if rival != token]
    for rival in others[: max(0, top - 1)]:
        share = _RIVAL_SHARE_MIN + rng.random() * (_RIVAL_SHARE_MAX - _RIVAL_SHARE_MIN)
        ceiling = min(ceiling, max(left * share, _LEAST * _LEAST))
        left -= ceiling
        yield _row(rival, ceiling)


def _row(token: str, probability: float) -> TopLogprob:
    return TopLogprob(token=token, logprob=_logprob(probability), bytes=list(token.encode()))


def _logprob(probability: float) -> float:
    return min(0.0, round(math.log(probability), _DECIMALS))
