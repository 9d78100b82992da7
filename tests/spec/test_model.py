"""Model: the core sections and what they are when nothing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fakeai.spec import model, units
from fakeai.spec.model import Spec, UnknownModels

if TYPE_CHECKING:
    from collections.abc import Iterator


def spec(**sections: object) -> Spec:
    """Return a spec with these sections."""
    return msgspec.convert({"fakeai": 1, **sections}, Spec)


def structs() -> Iterator[Any]:
    """Yield every struct of the language's own modules."""
    for module in (model, units):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                yield value


@pytest.mark.parametrize("struct", list(structs()), ids=lambda struct: struct.__name__)
def test_every_key_is_described(struct: type[msgspec.Struct]) -> None:
    """Editors and docs show a sentence for each key, and the set of keys is closed."""
    assert struct.__struct_config__.forbid_unknown_fields
    assert struct.__struct_config__.frozen
    (_,), defs = msgspec.json.schema_components([struct])

    for schema in defs.values():
        tag = struct.__struct_config__.tag_field
        missing = [k for k, v in schema.get("properties", {}).items() if "description" not in v]
        assert [] == [key for key in missing if key not in {tag, "distribution", "kind"}]
        assert schema["description"]


def test_unknown_models_in_both_ways() -> None:
    """A word is the short form of a map."""
    assert UnknownModels(action="reject") == spec(unknown_models="reject").unknown_model_policy
    assert spec(unknown_models={"limit": 5}).unknown_model_policy.limit == 5


def test_the_protocol_of_errors_outside_all_endpoints() -> None:
    """The server's own, else that of the first row, else none."""
    rows = {name: {"route": "GET /", "protocol": name} for name in ("one", "two")}

    assert spec(endpoints=rows).fallback_protocol == "one"
    assert spec(endpoints=rows, server={"protocol": "two"}).fallback_protocol == "two"
    assert spec().fallback_protocol == ""


def test_the_default_counter_must_exist() -> None:
    """Counters replaced as a whole leave the default without one."""
    with pytest.raises(msgspec.ValidationError, match="default counter `heuristic`"):
        spec(tokens={"counters": {"mine": {"kind": "characters"}}})
