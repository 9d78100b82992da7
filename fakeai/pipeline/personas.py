"""Personas: answers written by templates instead of drawn from the corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.document import locate
from fakeai.core.source import read_text
from fakeai.pipeline.exchange import Context, Principal
from fakeai.pipeline.inputs import Inputs
from fakeai.pipeline.registry import ServedModel
from fakeai.spec.files import shown
from fakeai.template.text import compile_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Build
    from fakeai.template.text import Text

    Persona = Callable[[Exchange, str], str]

FOLDER: Final = "templates/text"
#: What a persona's template may read.
TYPES: Final[dict[str, Any]] = {
    "prompt": str,
    "model": ServedModel,
    "inputs": Inputs,
    "context": Context,
    "principal": Principal,
}


def compile_personas(build: Build) -> dict[str, Persona]:
    """Return every persona of the spec as a function of an exchange and the prompt."""
    made: dict[str, Persona] = {}
    for name, file in build.spec.templates.personas.items():
        place = locate(build.node, ["templates", "personas", name]).place
        path = f"{FOLDER}/{file}"
        found = build.source.find(path, place.file)
        if found is None:
            at = f"templates.personas.{name}"
            build.problems.append(build.source.missing(path, place, at, place.file))
            continue
        source = read_text(found, shown(found), build.problems)
        if source is None:
            continue
        source = source.replace("\r\n", "\n").removesuffix("\n")
        text = compile_text(source, shown(found), TYPES, build.problems, [found.parent])
        if text is not None:
            made[name] = _persona(text)
    return made


def _persona(text: Text) -> Persona:
    def write(exchange: Exchange, prompt: str) -> str:
        return text(
            {
                "prompt": prompt,
                "model": exchange.model,
                "inputs": exchange.inputs,
                "context": exchange.context,
                "principal": exchange.principal,
            }
        )

    return write
