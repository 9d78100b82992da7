"""Makers: instances of the schemas that requests bring."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.error import ApiError
from fakeai.core.later import Later
from fakeai.sim.pools import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from fakeai.sim import grammar, grammar_syntax, instance
    from fakeai.sim.grammar import GrammarText
    from fakeai.sim.instance import Maker
    from fakeai.sim.pools import Pools
else:
    # Half of the simulation, which a spec without such a request can do without.
    instance = Later("fakeai.sim.instance")
    grammar = Later("fakeai.sim.grammar")
    grammar_syntax = Later("fakeai.sim.grammar_syntax")

MAKERS_MAX: Final = 256
"""Schemas that are remembered; the one unused for longest goes first."""
GRAMMARS_MAX: Final = 64
"""Grammars that are remembered; the oldest goes first."""
SCHEMA_BYTES_MAX: Final = 65_536
"""Schemas larger than this are compiled anew for each request."""

_ENCODE: Final = msgspec.json.Encoder().encode


class Makers:
    """Compiles schemas and grammars, and remembers the last of them."""

    __slots__ = ("_grammars", "_known", "_pools")

    def __init__(self, pools: Pools = BUILT_IN) -> None:
        """Start with no schema; `pools` hold the values of fields that no text gives one."""
        self._known: OrderedDict[bytes, Maker] = OrderedDict()
        self._grammars: OrderedDict[str, GrammarText] = OrderedDict()
        self._pools = pools

    def text(self, schema: Any, rng: Random, context: tuple[str, ...], param: str | None) -> str:
        """Return an instance as JSON; raise ApiError at `param` when there can be none."""
        return _ENCODE(self.value(schema, rng, context, param)).decode()

    def value(self, schema: Any, rng: Random, context: tuple[str, ...], param: str | None) -> Any:
        """Return an instance that takes what it can from a conversation's passages."""
        with _refused(param):
            return self._maker(schema).make(rng, *context)

    def check(self, schema: Any, param: str | None) -> None:
        """Raise ApiError at `param` when there can be no instance."""
        with _refused(param):
            self._maker(schema)

    def check_grammar(self, definition: str, param: str | None) -> None:
        """Raise ApiError at `param` when there is no text of a grammar."""
        with _refused(param):
            self._grammar(definition)

    def grammar_text(self, definition: str, rng: Random, param: str | None) -> str:
        """Return a text of a grammar; raise ApiError at `param` when there is none."""
        with _refused(param):
            return self._grammar(definition).text(rng)

    def _grammar(self, definition: str) -> GrammarText:
        known = self._grammars.get(definition)
        if known is None:
            known = self._grammars[definition] = grammar.GrammarText(definition)
            if len(self._grammars) > GRAMMARS_MAX:
                self._grammars.popitem(last=False)
        return known

    def _maker(self, schema: Any) -> Maker:
        key = _ENCODE(schema)
        maker = self._known.get(key)
        if maker is not None:
            self._known.move_to_end(key)
            return maker
        maker = instance.compile_instance(schema, pools=self._pools)
        if len(key) <= SCHEMA_BYTES_MAX:
            self._known[key] = maker
            if len(self._known) > MAKERS_MAX:
                self._known.popitem(last=False)
        return maker


@contextmanager
def _refused(param: str | None) -> Iterator[None]:
    """Turn what is wrong with a schema or a grammar into a refusal."""
    try:
        yield
    except instance.Unsatisfiable as error:
        message = f"Invalid schema: no value satisfies it: {error}."
        raise ApiError("invalid", message, param=param) from None
    except instance.InvalidSchema as error:
        message = f"Invalid schema: {error}."
        raise ApiError("invalid", message, param=param) from None
    except grammar_syntax.GrammarError as error:
        raise ApiError("invalid", f"Invalid grammar: {error}.", param=param) from None
