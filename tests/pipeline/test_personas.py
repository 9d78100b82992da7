"""Personas: answers written by templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


def said(answer: Any) -> str:
    """Return the text of a plain answer."""
    return str(answer.json["choices"][0]["message"]["content"])


async def test_a_model_can_have_a_persona(tmp_path: Path) -> None:
    """`models.*.persona` names who writes its answers; the others keep their prose."""
    world = World(tmp_path, "models: { gpt-4o: { persona: echo } }\n")
    other = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say it again"}]}

    assert "Say it again" == said(await world.chat("Say it again"))
    assert "Say it again" != said(await world.send("POST", "/v1/chat/completions", other))


async def test_all_models_can_have_one(tmp_path: Path) -> None:
    """`templates.persona` holds for models that name none."""
    world = World(tmp_path, "templates: { persona: echo }\n")

    assert "Hi" == said(await world.chat("Hi"))
    assert "Hi" == (await world.chat("Hi", stream=True)).text


async def test_a_persona_of_ones_own_is_a_file(tmp_path: Path) -> None:
    """It sees the prompt, the conversation, the model and the request's words."""
    files = {
        "templates/text/clerk.j2": "{{ model.name }}, turn {{ context.turn }}:"
        "{% for word in [1, 2] %} {{ word }}{% endfor %} {{ prompt }}\n"
    }
    overlay = "templates: { persona: clerk, personas: { clerk: clerk.j2 } }\n"

    assert "gpt-4o, turn 1: 1 2 Hi" == said(await World(tmp_path, overlay, files).chat("Hi"))


async def test_limits_hold_for_personas_too(tmp_path: Path) -> None:
    """A text is cut at max_tokens, and goes on in prose under ignore_eos."""
    world = World(tmp_path, "templates: { persona: echo }\n")
    short = (await world.chat("one two three", max_tokens=2)).json
    long = (await world.chat("one two three", max_tokens=9, ignore_eos=True)).json

    assert ("one two", "length") == (
        short["choices"][0]["message"]["content"],
        short["choices"][0]["finish_reason"],
    )
    assert 9 == long["usage"]["completion_tokens"]


async def test_what_a_client_says_is_never_a_template(tmp_path: Path) -> None:
    """Request text is data."""
    world = World(tmp_path, "templates: { persona: echo }\n")

    assert "{{ 7 * 7 }}{% raw %}" == said(await world.chat("{{ 7 * 7 }}{% raw %}"))


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("templates: { personas: { a: nowhere.j2 } }\n", "FA037"),
        ("templates: { personas: { a: wrong.j2 } }\n", "FA041"),
        ("templates: { persona: nobody }\n", "FA030"),
    ],
)
def test_a_wrong_persona_is_a_problem(tmp_path: Path, overlay: str, code: str) -> None:
    """A missing file, an unknown variable, a name that nobody has."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, overlay, {"templates/text/wrong.j2": "{{ promt }}\n"})

    assert [code] == [problem.code for problem in caught.value.problems]


def test_a_persona_that_is_not_utf_8_is_a_problem(tmp_path: Path) -> None:
    """The byte is marked in the file itself."""
    path = tmp_path / "templates" / "text" / "a.j2"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"ok\n\xff")
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "templates: { personas: { a: a.j2 } }\n")

    assert [("FA004", 2)] == [(p.code, p.place.line) for p in caught.value.problems]
