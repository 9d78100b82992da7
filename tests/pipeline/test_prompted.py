"""prompted: JSON that a conversation asks for in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fakeai.pipeline.exchange import Context
from fakeai.pipeline.prompted import (
    CONTEXT_CHARACTERS_MAX,
    MESSAGE_CHARACTERS_MAX,
    offered,
    read_prompted,
)
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {
    "title": "Person",
    "type": "object",
    "properties": {
        "name": {"title": "Name", "type": "string"},
        "age": {"title": "Age", "type": "integer"},
        "city": {"type": "string", "description": "Where the person lives"},
    },
    "required": ["name", "age", "city"],
}
SYSTEM = f"Provide the parsed objects in json that match this schema:\n\n{json.dumps(SCHEMA)}"
USER = "Extract: Jason Miller is 25 years old and lives in Berlin."
PERSON = {"name": "Jason Miller", "age": 25, "city": "Berlin"}


def chat(*texts: str) -> Context:
    """Return a conversation of a system message and user messages."""
    return Context(texts=list(texts), system=texts[0], user=texts[-1])


async def ask(folder: Path, system: str, user: str, **fields: object) -> str:
    """Return the content of an answer."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    body = {"model": "gpt-4o", "messages": messages, **fields}
    answer = await World(folder).send("POST", "/v1/chat/completions", body)
    content: str = answer.json["choices"][0]["message"]["content"]
    return content


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Answer within a ```json code block. Schema: {}", True),
        ("Use a JSON codeblock for {}", True),
        ("The output should be formatted as a JSON instance. {}", False),
        ("Always respond with a JSON object for this schema:\n\n{}", False),
        ("Explain what this JSON schema is for: {}", None),
        ("Answer in JSON about the weather", None),
    ],
)
def test_json_is_asked_for_by_a_schema_and_a_demand(words: str, expected: object) -> None:
    """A demand in a code block is told from a bare one; a question about a schema is neither."""
    context = chat("Be brief.", words.replace("{}", json.dumps(SCHEMA)))
    prompted = read_prompted(context)

    assert expected == (prompted.fenced if prompted else None)


def test_values_are_taken_from_what_the_user_says_last() -> None:
    """Neither a schema nor the system message around it offers any."""
    last, earlier = offered(chat(SYSTEM, "I am Ada.", "I live in Oslo."))

    assert "I live in Oslo." == last
    assert "I am Ada." in earlier
    assert "Provide" not in earlier
    assert "properties" not in earlier


def test_a_system_message_without_a_schema_offers_values() -> None:
    """It may tell who the user is; data in JSON is not a schema."""
    data = 'Turn {"city": "Rome"} into a record'

    assert (data, "The user is in Oslo.") == offered(chat("The user is in Oslo.", data))


def test_the_text_that_values_are_taken_from_is_bounded() -> None:
    """A long conversation is read from its end, a long message from its last line."""
    passages = offered(chat("start", *[f"{number} word " * 1_000 for number in range(9)], "Oslo?"))
    line, tail, head = offered(chat("start", "first " * 9_000 + "\nlast"))[:3]

    assert ("Oslo?", "8 word") == (passages[0], passages[1][:6])
    assert CONTEXT_CHARACTERS_MAX == sum(map(len, passages))
    assert ("last", "first") == (line, head[:5])
    assert MESSAGE_CHARACTERS_MAX == len(tail) + len(head)


async def test_a_json_object_follows_the_schema_of_the_system_message(tmp_path: Path) -> None:
    """Its values come from the user's text, not from that of the schema."""
    content = await ask(tmp_path, SYSTEM, USER, response_format={"type": "json_object"})

    assert PERSON == json.loads(content)


async def test_a_code_block_holds_the_object(tmp_path: Path) -> None:
    """What is asked for in words alone gets what a model would send."""
    content = await ask(tmp_path, SYSTEM, f"{USER}\n\nReturn it within a ```json codeblock.")

    assert content.startswith("```json\n")
    assert content.endswith("\n```")
    assert PERSON == json.loads(content.removeprefix("```json").removesuffix("```"))


async def test_the_words_of_the_demand_are_no_values(tmp_path: Path) -> None:
    """Nobody lives in a city of the name JSON."""
    content = await ask(
        tmp_path, "", "Reply in JSON with keys city, mood.", response_format={"type": "json_object"}
    )

    assert {"city", "mood"} == set(json.loads(content))
    assert {"JSON", "Reply"}.isdisjoint(json.loads(content).values())


async def test_a_stated_schema_that_cannot_be_met_still_gets_an_object(tmp_path: Path) -> None:
    """Words are not a contract: the request is not refused for them."""
    wrong = (
        '{"properties": {"n": {"type": "integer", "minimum": 2, "maximum": 1}}, "required": ["n"]}'
    )
    content = await ask(
        tmp_path, f"Answer like {wrong}", "Go on", response_format={"type": "json_object"}
    )

    assert {"title", "summary"} == set(json.loads(content))
