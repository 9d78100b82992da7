"""Samplers of random quantities, never negative, in their own unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    Sampler = Callable[[random.Random], float]

# The parameters of each distribution; a spec uses the same words.
PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "constant": frozenset({"value"}),
    "normal": frozenset({"mean", "stddev"}),
    "lognormal": frozenset({"median", "sigma"}),
    "uniform": frozenset({"min", "max"}),
    "exponential": frozenset({"mean"}),
}


def _constant(params: Mapping[str, float]) -> Sampler:
    value = params["value"]
    return lambda _: value


def _normal(params: Mapping[str, float]) -> Sampler:
    mean, stddev = params["mean"], params["stddev"]
    return lambda rng: max(0.0, rng.gauss(mean, stddev))


def _lognormal(params: Mapping[str, float]) -> Sampler:
    median, sigma = params["median"], params["sigma"]
    return lambda rng: median * math.exp(rng.gauss(0.0, sigma))


def _uniform(params: Mapping[str, float]) -> Sampler:
    low, width = params["min"], params["max"] - params["min"]
    if width < 0:
        raise ValueError("uniform: min is greater than max")
    return lambda rng: low + width * rng.random()


def _exponential(params: Mapping[str, float]) -> Sampler:
    mean = params["mean"]
    return lambda rng: -mean * math.log(1.0 - rng.random())


_KINDS: Final[Mapping[str, Callable[[Mapping[str, float]], Sampler]]] = {
    "constant": _constant,
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "exponential": _exponential,
}


def sampler(kind: str, **params: float) -> Sampler:
    """Return a function that draws from the distribution; raise ValueError for wrong params."""
    names = PARAMETERS.get(kind)
    if names is None:
        raise ValueError(f"no distribution {kind!r}: use {', '.join(PARAMETERS)}")
    if params.keys() != names:
        raise ValueError(f"{kind} takes {', '.join(sorted(names))}, not {', '.join(params)}")
    for name, value in params.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{kind}: {name} must be a finite number of at least 0")
    return _KINDS[kind](params)
