"""kv_cache: what is kept beside the bytes of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.pipeline.exchange import Context, Exchange
from fakeai.pipeline.fleets import make_fleet
from fakeai.pipeline.registry import Registry
from fakeai.pipeline.session import session_reader
from fakeai.sim.blocks import BlockHasher
from fakeai.sim.router import Router, RouterWeights
from fakeai.sim.tokens import HeuristicCounter
from fakeai.spec.model import Model, Spec
from fakeai.stages.kv_cache import PromptCache, _Home, _keyed

if TYPE_CHECKING:
    from fakeai.sim.blocks import KeyedText


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def _home(name: str) -> _Home:
    model = Registry(Spec(fakeai=1, models={name: Model()})).resolve(name)
    assert model is not None
    return _Home(
        model=model,
        fleet=make_fleet("main", 1, 100, Router(RouterWeights()), 2),
        hasher=BlockHasher(name, HeuristicCounter(), 2),
        count_media=None,
        session=session_reader((), ()),
        ttl_s=None,
        reported=PromptCache(),
        is_alone=True,
    )


def _keys(known: dict[str, Any] | None, home: _Home, *texts: str) -> KeyedText:
    exchange = Exchange({}, _nothing, _nothing)
    exchange.known, exchange.context = known, Context(texts=list(texts), definitions=["a tool"])
    return _keyed(exchange, home)


def test_keys_of_an_equal_request_are_kept() -> None:
    """They hold for equal texts on the same model and pool, and no answer changes them."""
    known: dict[str, Any] = {}
    home, other = _home("m"), _home("n")
    first = _keys(known, home, "one two three")
    kept = list(first.keys)
    first.answered(["four", " five"])

    assert first is _keys(known, home, "one two three")
    assert kept == first.keys
    assert kept == _keys(None, home, "one two three").keys
    assert kept != _keys(known, home, "two one three").keys
    assert kept != _keys(known, other, "one two three").keys
    assert kept == _keys(known, home, "one two three").keys
