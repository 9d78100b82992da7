"""The sections of `fakeai.yaml` that belong to no single stage, as structs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fakeai.spec.units import Count  # noqa: TC001 - msgspec reads the annotations


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every map in the spec whose keys are declared: the set of keys is closed."""


def ref(path: str) -> Meta:
    """Return the mark of a string that must name an entry of another section."""
    return Meta(extra_json_schema={"x-ref": path})


class Variable(Section):
    """A declared input, used as `${NAME}`."""

    env: Annotated[str | None, Meta(description="Environment variable it is read from.")] = None
    default: Annotated[Any, Meta(description="Value when the environment has none.")] = None
    type: Annotated[
        Literal["string", "integer", "number", "boolean"],
        Meta(description="How the environment's text is read."),
    ] = "string"


class Clock(Section):
    """How simulated time runs."""

    speed: Annotated[
        float, Meta(gt=0, description="Simulated seconds that pass in a real one.")
    ] = 1.0
    fixed: Annotated[
        str | None,
        Meta(description="Hold the wall clock at this RFC 3339 time, so that bodies repeat."),
    ] = None


class Server(Section):
    """Where and how the server listens."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")] = 8000


class Model(Section):
    """A model that the server knows."""

    owner: Annotated[str, Meta(description="`owned_by` in listings.")] = "fakeai"
    created: Annotated[int, Meta(ge=0, description="Unix time of release, as listings show it.")] = 0
    aliases: Annotated[tuple[str, ...], Meta(description="Other names it answers to.")] = ()
    context_window: Annotated[Count, Meta(description="Prompt and output together, in tokens.")] = "128k"
    max_output_tokens: Annotated[
        Count | None, Meta(description="Most tokens of one answer; absent: the context window.")
    ] = None
    modalities: Annotated[
        tuple[Literal["text", "image", "audio", "video", "file"], ...],
        Meta(description="What a prompt may hold."),
    ] = ("text",)
    tokenizer: Annotated[str | None, Meta(description="Counter of `tokens.counters`.", extra_json_schema={"x-ref": "tokens.counters"})] = None
    latency: Annotated[str | None, Meta(description="Profile of `latency.profiles`.", extra_json_schema={"x-ref": "latency.profiles"})] = None
    pricing: Annotated[str | None, Meta(description="Entry of `pricing`.", extra_json_schema={"x-ref": "pricing"})] = None


class Endpoint(Section):
    """A row of the route table."""

    route: Annotated[
        str,
        Meta(
            pattern=r"^(GET|POST|PUT|PATCH|DELETE) /",
            description="Method and path; `{name}` takes a path part, `{name:path}` the rest.",
            examples=["POST /v1/chat/completions", "GET /v1/models/{model:path}"],
        ),
    ]
    protocol: Annotated[str, Meta(description="Folder of `templates/` with a protocol.yaml.")]
    generate: Annotated[
        str | None, Meta(description="Generator that writes the outcome; null: the template is all.")
    ] = None
    schema: Annotated[
        str | None, Meta(description="Schema file; absent: `<protocol>/<row's name>.yaml`.")
    ] = None
    template: Annotated[
        str | None, Meta(description="Template file; absent: `<protocol>/<row's name>.yaml`.")
    ] = None
    skip: Annotated[tuple[str, ...], Meta(description="Stages that leave this endpoint out.")] = ()
    summary: Annotated[str, Meta(description="One line for the API description.")] = ""
