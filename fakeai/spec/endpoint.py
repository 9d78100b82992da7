"""Endpoint: a row of the route table."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells the requests of a row from those of other rows on its route."""

    header: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9-]+$",
            description="A header that the request has, whatever its value.",
            examples=["x-api-version"],
            extra_json_schema={"x-form": "the name of a header"},
        ),
    ]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the route table."""

    route: Annotated[
        str,
        Meta(
            pattern=r"^(GET|POST|PUT|PATCH|DELETE) /",
            description="Method and path; `{name}` takes a path part, `{name:path}` the rest.",
            examples=["POST /v1/items", "GET /v1/items/{id}"],
            extra_json_schema={"x-form": "a method and a path"},
        ),
    ]
    when: Annotated[
        When | None,
        Meta(description="Which requests of the route it takes; absent: those that are left."),
    ] = None
    protocol: Annotated[str, Meta(description="Folder of `templates/` with a protocol.yaml.")]
    generate: Annotated[
        str | None,
        Meta(description="Generator that writes the outcome; null: the template is all."),
    ] = None
    schema: Annotated[
        str | None, Meta(description="Schema file; absent: `<protocol>/<row's name>.yaml`.")
    ] = None
    template: Annotated[
        str | None, Meta(description="Template file; absent: `<protocol>/<row's name>.yaml`.")
    ] = None
    resource: Annotated[
        str | None,
        Meta(
            description="Where its template keeps answers, or what its generator works on.",
            extra_json_schema={"x-ref": "resources"},
        ),
    ] = None
    skip: Annotated[tuple[str, ...], Meta(description="Stages that leave this endpoint out.")] = ()
    summary: Annotated[str, Meta(description="One line for the API description.")] = ""
