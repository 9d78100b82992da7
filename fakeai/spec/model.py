"""Model: the sections that belong to no single stage, as structs."""

from __future__ import annotations

from typing import Annotated, Any, Literal, dataclass_transform, get_args

import msgspec
from msgspec import Meta

from fakeai.spec.endpoint import Endpoint
from fakeai.spec.reasoning import Reasoning
from fakeai.spec.server import Admin, Cors, Limits
from fakeai.spec.times import Timestamp
from fakeai.spec.tokens import Tokens
from fakeai.spec.units import Count, NumberDistribution, NumberLognormal, PositiveCount


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every map in the spec whose keys are declared: the set of keys is closed."""


def ref(path: str) -> dict[str, str]:
    """Return the mark of a string that must name an entry of another section."""
    return {"x-ref": path}


def keys_of(words: Any) -> dict[str, Any]:
    """Return the rule that the keys of a map are words of a Literal."""
    return {"propertyNames": {"enum": list(get_args(words))}}


class Variable(Section):
    """A declared input, used as `${NAME}`."""

    env: Annotated[str | None, Meta(description="Environment variable it is read from.")] = None
    default: Annotated[
        str | int | float | bool | None,
        Meta(description="Value when the environment has none; absent: it must have one."),
    ] = None
    type: Annotated[
        Literal["string", "integer", "number", "boolean"] | None,
        Meta(description="How its text is read; absent: as the default, else as a string."),
    ] = None


class Clock(Section):
    """How simulated time runs."""

    speed: Annotated[
        float, Meta(gt=0, le=1_000_000, description="Simulated seconds that pass in a real one.")
    ] = 1.0
    fixed: Annotated[
        Timestamp | None, Meta(description="Hold the wall clock at this time: bodies repeat.")
    ] = None


class Server(Section):
    """Where and how the server listens."""

    host: Annotated[
        str,
        Meta(
            pattern=r"^[^\s\x00-\x1f/]+$",
            description="Address to listen on.",
            examples=["127.0.0.1"],
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    ] = 8000
    protocol: Annotated[
        str | None,
        Meta(
            description="Protocol of errors outside all endpoints; absent: the first row's, or "
            "that of the built-in spec."
        ),
    ] = None
    cors: Annotated[Cors | None, Meta(description="Browsers on other origins.")] = None
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses or CIDR ranges whose `X-Forwarded-For` is believed."),
    ] = ()
    admin: Annotated[Admin | None, Meta(description="Admin routes; absent: none.")] = None
    limits: Annotated[Limits, Meta(description="What connections may ask for.")] = Limits()


class Model(Section):
    """A model that the server knows."""

    owner: Annotated[str, Meta(description="Whose it is, as listings say.")] = "fakeai"
    display_name: Annotated[
        str | None, Meta(description="Name for people, in listings that have one; absent: the id.")
    ] = None
    created: Annotated[
        int,
        Meta(ge=0, le=253_402_300_799, description="Unix time of release, as listings show it."),
    ] = 0
    aliases: Annotated[tuple[str, ...], Meta(description="Other names it answers to.")] = ()
    context_window: Annotated[
        PositiveCount, Meta(description="Prompt and output together, in tokens.")
    ] = "128k"
    max_output_tokens: Annotated[
        Count | None, Meta(description="Most tokens of one answer; absent: the context window.")
    ] = None
    modalities: Annotated[
        tuple[Literal["text", "image", "audio", "video", "file"], ...],
        Meta(description="What a prompt may hold."),
    ] = ("text",)
    capabilities: Annotated[
        tuple[Literal["tools", "json_schema", "speech"], ...],
        Meta(description="What a request may ask for; anything else is refused."),
    ] = ("tools", "json_schema")
    reasoning: Annotated[
        str | None,
        Meta(
            description="How it thinks aloud before it answers; absent: it does not.",
            extra_json_schema=ref("reasoning"),
        ),
    ] = None
    tokenizer: Annotated[
        str | None,
        Meta(
            description="Counter of its tokens; absent: `tokens.default`.",
            extra_json_schema=ref("tokens.counters"),
        ),
    ] = None
    media: Annotated[
        str | None,
        Meta(
            description="How it counts images, sound and video; absent: `tokens.default_media`.",
            extra_json_schema=ref("tokens.media"),
        ),
    ] = None
    latency: Annotated[
        str | None,
        Meta(
            description="How fast it answers; absent: `latency.default`.",
            extra_json_schema=ref("latency.profiles"),
        ),
    ] = None
    kv_cache: Annotated[
        str | None,
        Meta(
            description="Workers that run it; absent: `kv_cache.default`.",
            extra_json_schema=ref("kv_cache.pools"),
        ),
    ] = None
    pricing: Annotated[
        str | None,
        Meta(description="What it costs; absent: nothing.", extra_json_schema=ref("pricing")),
    ] = None
    persona: Annotated[
        str | None,
        Meta(
            description="Who writes its answers; absent: `templates.persona`.",
            extra_json_schema=ref("templates.personas"),
        ),
    ] = None


class UnknownModels(Section):
    """What becomes of a request for a model that is not declared."""

    action: Annotated[
        Literal["create", "reject"],
        Meta(description="Make it, if its name has at most 256 characters, or refuse the request."),
    ] = "create"
    like: Annotated[Model, Meta(description="What a model made on first use is like.")] = Model()
    limit: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Most models made; the oldest go first.")
    ] = 1000


class Corpus(Section):
    """The sentences that answers are made of."""

    locale: Annotated[str, Meta(description="Language and country of the text.")] = "en_US"
    sentences: Annotated[
        int, Meta(ge=1, le=1_000_000, description="How many are made at the start.")
    ] = 2000


class Templates(Section):
    """What answers say."""

    corpus: Annotated[Corpus, Meta(description="Text made once at the start.")] = Corpus()
    answer_tokens: Annotated[
        NumberDistribution, Meta(description="Length of an answer that nothing else limits.")
    ] = NumberLognormal(median=120.0, sigma=0.5)
    personas: Annotated[
        dict[str, str],
        Meta(description="Name to a file of `templates/text/` that writes answers."),
    ] = {}
    persona: Annotated[
        str | None,
        Meta(
            description="Persona of models that name none; absent: prose about the prompt.",
            extra_json_schema=ref("templates.personas"),
        ),
    ] = None
    tool_result: Annotated[
        str, Meta(description="How an answer to a tool's result begins; `{result}` is the result.")
    ] = "The tool's answer is: {result}"


class Spec(Section):
    """A spec: everything that the server does."""

    fakeai: Annotated[Literal[1], Meta(description="Version of the format; the first key.")]
    extends: Annotated[
        str | None,
        Meta(
            description="The parent that this file lies over: `builtin`, or a path.",
            examples=["builtin", "../fakeai.yaml"],
        ),
    ] = None
    include: Annotated[
        tuple[str, ...],
        Meta(
            description="Files beside this one that are part of it.", examples=[["models/*.yaml"]]
        ),
    ] = ()
    name: Annotated[str, Meta(description="What this spec is called.")] = ""
    description: Annotated[str, Meta(description="What this spec is for.")] = ""
    vars: Annotated[
        dict[str, Variable], Meta(description="Inputs, used as `${NAME}` in any value.")
    ] = {}
    seed: Annotated[
        int | Literal["random"], Meta(description="Where chance starts; `random`: anew each time.")
    ] = 42
    determinism: Annotated[
        Literal["request", "sequence", "off"],
        Meta(description="What repeats: the same request, the same sequence of requests, nothing."),
    ] = "request"
    ids: Annotated[
        Literal["unique", "fixed"],
        Meta(description="Ids never repeat, or derive from the request."),
    ] = "unique"
    clock: Annotated[
        Clock,
        Meta(
            description="How simulated time runs. Waits for the network, and those that clients "
            "are told, are real."
        ),
    ] = Clock()
    server: Annotated[Server, Meta(description="Where the server listens.")] = Server()
    pipeline: Annotated[
        tuple[str, ...], Meta(description="The stages of every endpoint, in order.")
    ] = ()
    models: Annotated[dict[str, Model], Meta(description="Models by their ids.")] = {}
    reasoning: Annotated[
        dict[str, Reasoning], Meta(description="Ways to think aloud, for models to name.")
    ] = {}
    unknown_models: Annotated[
        Literal["create", "reject"] | UnknownModels,
        Meta(description="What becomes of a request for a model that is not declared."),
    ] = "create"
    fine_tuned_prefix: Annotated[
        str,
        Meta(
            description="A model `<prefix><base>:<rest>` is made like its base; empty: none is.",
            examples=["ft:"],
        ),
    ] = ""
    tokens: Annotated[Tokens, Meta(description="How tokens are counted.")] = Tokens()
    templates: Annotated[Templates, Meta(description="What answers say.")] = Templates()
    error_statuses: Annotated[
        dict[str, Annotated[int, Meta(ge=400, le=599)]],
        Meta(description="Kind of refusal to a status other than its protocol's."),
    ] = {}
    endpoints: Annotated[dict[str, Endpoint], Meta(description="The route table.")] = {}
    locked: Annotated[
        tuple[str, ...],
        Meta(
            description="Paths that overlays of this file may not change; `*` is any name.",
            examples=[["models", "auth.keys.*"]],
        ),
    ] = ()

    @property
    def unknown_model_policy(self) -> UnknownModels:
        """`unknown_models` as a map, whichever way it was written."""
        given = self.unknown_models
        return given if isinstance(given, UnknownModels) else UnknownModels(action=given)

    @property
    def fallback_protocol(self) -> str:
        """The protocol of errors outside all endpoints; loading gives one to a spec without any."""
        rows = [row.protocol for row in self.endpoints.values()]
        return self.server.protocol or next(iter(rows), "")
