"""The Jinja environment: request data and our own objects, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import FileSystemLoader, StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as DEFAULT_TESTS

from fakeai.template import access
from fakeai.template.filters import FILTERS, TEXT, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_NAMED: Final = {
    "boolean",
    "divisibleby",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "le",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "string",
    "true",
}
TESTS: Final[dict[str, Callable[..., bool]]] = {
    **{name: cast("Any", test) for name, test in DEFAULT_TESTS.items() if name in _NAMED},
    "defined": lambda value: value is not None,
}
_CACHED_MAX: Final = 400


class _Missing(StrictUndefined):
    """A variable that was not given is an error as soon as it is read, not when it is sent."""

    def __init__(self, *_args: object, name: str | None = None, **_options: object) -> None:
        raise UndefinedError(f"`{name}` was not given")


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja without globals, methods, chance, input or output.

    `a.b` and `a["b"]` mean the same: on a map the key `b`, on our own objects the declared public
    attribute `b`. What request data does not have is null, and so is everything below it.
    """

    intercepted_binops = frozenset({"*", "%", "**"})

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """`folders` are where `include` and `extends` may read."""
        self.folders = FileSystemLoader(folders)
        super().__init__(
            undefined=_Missing,
            finalize=as_text,
            # Folding constants would run `"a" * 10 ** 9` at compile time.
            optimized=False,
            keep_trailing_newline=True,
            loader=self.folders,
            auto_reload=False,
            cache_size=_CACHED_MAX,
        )
        self.globals.clear()
        self.filters = {**FILTERS, TEXT: as_text}
        self.tests = dict(TESTS)
        self.binop_table.update(
            {"*": access.multiply, "%": access.remainder, "**": access.refuse_power}
        )

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a map or a declared attribute of one of our objects."""
        return access.attribute(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item by its position, or what `getattr` does by its name."""
        return access.item(obj, argument)
