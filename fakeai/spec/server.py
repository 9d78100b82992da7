"""The parts of `server`: who may call across origins, who may administer."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from fakeai.spec.units import Duration, Size

#: What begins like a hash is one, whole: no credential could ever match a part of it.
SECRET_PATTERN: Final = r"^(sha256:[0-9A-Fa-f]{64}$|(?!sha256:))"
SECRET_FORM: Final = "`sha256:` and 64 hex digits"
Secret = Annotated[
    str,
    Meta(
        min_length=1,
        pattern=SECRET_PATTERN,
        extra_json_schema={"x-form": f"a plain text, or {SECRET_FORM}"},
    ),
]


class Cors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What browsers on other origins may do."""

    allow_origins: Annotated[
        tuple[str, ...],
        Meta(description="Origins, exact or with `*` for a part; `*` alone is any."),
    ] = ("*",)
    allow_origin_regexes: Annotated[
        tuple[str, ...], Meta(description="RE2 patterns of more origins.")
    ] = ()
    allow_methods: Annotated[tuple[str, ...], Meta(description="Methods; `*` is all.")] = ("*",)
    allow_headers: Annotated[
        tuple[str, ...], Meta(description="Request headers; `*` is whatever is asked for.")
    ] = ("*",)
    expose_headers: Annotated[
        tuple[str, ...], Meta(description="Response headers that scripts may read.")
    ] = ()
    allow_credentials: Annotated[
        bool, Meta(description="Cookies and keys are let through; origins must then be named.")
    ] = False
    max_age: Annotated[Duration, Meta(description="How long a preflight is remembered.")] = "10m"


class Admin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Routes to look into the server and to steer it."""

    token: Annotated[
        Secret, Meta(description="Bearer token of these routes; plain or `sha256:<hex>`.")
    ]
    path: Annotated[
        str, Meta(pattern="^/[A-Za-z0-9_/-]*[A-Za-z0-9_-]$", description="Where they stand.")
    ] = "/_fakeai"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a connection may ask of the server before a request is known."""

    header_bytes: Annotated[
        Size, Meta(description="Request line and headers of a request; more gets 431.")
    ] = "64KB"
    headers: Annotated[int, Meta(ge=1, le=10_000, description="Headers; more get 431.")] = 256
    header_timeout: Annotated[
        Duration, Meta(description="Longest wait for the head of a request; then 408.")
    ] = "10s"
    connections: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Connections that are served; more get 503.")
    ] = 20_000
