"""makers: instances of the schemas that requests bring."""

from __future__ import annotations

import json
from random import Random

import pytest

from fakeai.core.error import ApiError
from fakeai.pipeline.makers import MAKERS_MAX, Makers
from fakeai.sim.pools import BUILT_IN


def test_an_instance_takes_values_from_the_conversation() -> None:
    """What the text offers for a field is used."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    text = Makers().text(schema, Random(1), ("The weather in Paris",), "param")

    assert {"city": "Paris"} == json.loads(text)


@pytest.mark.parametrize(
    "schema", [{"type": "integer", "minimum": 3, "maximum": 2}, {"type": "nothing"}, False]
)
def test_a_schema_without_instances_is_refused(schema: object) -> None:
    """The refusal has a reason, and names where the schema stands."""
    with pytest.raises(ApiError) as caught:
        Makers().value(schema, Random(1), (), "here.schema")

    assert ("invalid", "here.schema") == (caught.value.kind, caught.value.param)
    assert caught.value.message.startswith("Invalid schema: ")


def test_more_schemas_than_are_remembered_still_work() -> None:
    """The oldest are forgotten and made anew."""
    makers = Makers()
    schemas = [{"const": number} for number in range(MAKERS_MAX + 1)]
    made = [makers.value(schema, Random(1), (), "") for schema in [*schemas, schemas[0]]]

    assert [*range(MAKERS_MAX + 1), 0] == made


def test_fields_take_their_values_from_the_pools() -> None:
    """A city that no text names is one of the server's."""
    makers = Makers(BUILT_IN.overlaid({"city": ("Atlantis",)}))
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

    assert {"city": "Atlantis"} == makers.value(schema, Random(1), (), "")
