"""instructor: extraction in its modes, lists and partial objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import instructor
import openai
import pytest
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES = [{"role": "user", "content": "Ada Lovelace is 36 years old and lives in London."}]


class Home(BaseModel):
    """Where somebody lives."""

    city: str
    country: str | None = None


class Person(BaseModel):
    """Somebody who is told of."""

    name: str
    age: int = Field(ge=0, le=150)
    home: Home
    mood: Literal["glad", "sad"] | None = None


@pytest.fixture
def official(base_url: str) -> Iterator[openai.OpenAI]:
    """Return the client that instructor wraps."""
    with openai.OpenAI(base_url=base_url, api_key="any", max_retries=0) as made:
        yield made


@pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA", "JSON", "MD_JSON"])
def test_a_structured_extraction(official: openai.OpenAI, mode: str) -> None:
    """The object is right at the first attempt, whichever way it is asked for."""
    client = instructor.from_openai(official, mode=instructor.Mode[mode])
    person = client.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, response_model=Person, max_retries=0
    )

    assert isinstance(person, Person)
    assert ("Ada Lovelace", 36, "London") == (person.name, person.age, person.home.city)


def test_a_list_of_objects_is_streamed(official: openai.OpenAI) -> None:
    """Each object is whole when it comes."""
    client = instructor.from_openai(official)
    people: list[Any] = list(
        client.chat.completions.create_iterable(
            model="gpt-4o", messages=MESSAGES, response_model=Person
        )
    )

    assert people
    assert all(isinstance(person, Person) for person in people)


def test_a_partial_object_grows(official: openai.OpenAI) -> None:
    """The last state is the whole object."""
    client = instructor.from_openai(official)
    states: list[Any] = list(
        client.chat.completions.create_partial(
            model="gpt-4o", messages=MESSAGES, response_model=Person
        )
    )

    assert len(states) > 1
    assert ("Ada Lovelace", 36) == (states[-1].name, states[-1].age)
