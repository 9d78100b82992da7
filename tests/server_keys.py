"""Keys of the server and the log, and the cases of all keys together."""

from __future__ import annotations

from tests.gate_keys import (
    ABUSE,
    AUTH,
    BODY,
    INJECTION,
    RATE_LIMITS,
    Ask,
    Case,
    tier,
)

APP = "https://app.example.com"
ORIGIN = (Ask(method="GET", path="/v1/models", headers={"origin": APP}),)
PREFLIGHT = (
    Ask(
        method="OPTIONS",
        headers={
            "origin": APP,
            "access-control-request-method": "POST",
            "access-control-request-headers": "x-mine",
        },
    ),
)
ADMIN = (Ask(method="GET", path="/_fakeai/bans", headers={"authorization": "Bearer root"}),)
ALLOWED = "access-control-allow-{}".format


def cors(fields: str) -> str:
    """Return a spec with CORS rules."""
    return f"server: {{cors: {{{fields}}}}}\n"


CORS = {
    "allow_origins": Case(
        cors("allow_origins: [@]"),
        (APP, "https://b.example"),
        (APP, None),
        ORIGIN,
        ALLOWED("origin"),
    ),
    "allow_origin_regexes": Case(
        cors("allow_origins: [], allow_origin_regexes: [@]"),
        ('"https://app[.].*"', '"https://b[.].*"'),
        (APP, None),
        ORIGIN,
        ALLOWED("origin"),
    ),
    "allow_methods": Case(
        cors("allow_methods: [@]"), ("GET", "POST"), ("GET", "POST"), PREFLIGHT, ALLOWED("methods")
    ),
    "allow_headers": Case(
        cors("allow_headers: [@]"), ("x-1", "x-2"), ("x-1", "x-2"), PREFLIGHT, ALLOWED("headers")
    ),
    "expose_headers": Case(
        cors("expose_headers: [@]"),
        ("x-1", "x-2"),
        ("x-1", "x-2"),
        ORIGIN,
        "access-control-expose-headers",
    ),
    "allow_credentials": Case(
        cors(f"allow_origins: ['{APP}'], allow_credentials: @"),
        ("true", "false"),
        ("true", None),
        ORIGIN,
        ALLOWED("credentials"),
    ),
    "max_age": Case(
        cors("max_age: @"), ("1m", "1h"), ("60", "3600"), PREFLIGHT, "access-control-max-age"
    ),
}
HEAD = b"GET /health HTTP/1.1\r\nhost: x\r\nx-mine: 1\r\n"
BARE = (Ask(raw=HEAD + b"\r\n"),)


def limits(fields: str) -> str:
    """Return a spec with limits of connections."""
    return f"server: {{limits: {{{fields}}}}}\n"


LIMITS = {
    "header_bytes": Case(limits("header_bytes: @"), ("10B", "1KB"), ([431], [200]), BARE),
    "headers": Case(limits("headers: @"), ("1", "2"), ([431], [200]), BARE),
    "header_timeout": Case(
        limits("header_timeout: @"),
        ("2s", "7s"),
        ([2.0], [7.0]),
        (Ask(raw=HEAD, unended=True),),
        "times",
    ),
    "connections": Case(
        limits("connections: @"), ("1", "2"), ([200, 503], [200, 200]), BARE * 2, "crowd"
    ),
}
FORWARDED = tuple(Ask(headers={"x-forwarded-for": f"203.0.113.{last}"}) for last in (1, 2))
SERVER = {
    "protocol": Case(
        "server: {protocol: @}\n",
        ("openai", "anthropic"),
        ("2020-10-01", None),
        (Ask(path="/nowhere"),),
        "openai-version",
    ),
    "cors": Case("server: {cors: @}\n", ("{}", "null"), ("*", None), ORIGIN, ALLOWED("origin")),
    "trusted_proxies": Case(
        "server: {trusted_proxies: [@]}\n" + tier("rpm: 1", ", scope: [ip]"),
        ("10.0.0.1", "127.0.0.1"),
        ([200, 429], [200, 200]),
        FORWARDED,
    ),
    "admin": Case("server: {admin: @}\n", ("null", "{token: root}"), ([404], [200]), ADMIN),
    "admin.token": Case("server: {admin: {token: @}}\n", ("root", "tree"), ([200], [401]), ADMIN),
    "admin.path": Case(
        "server: {admin: {token: root, path: @}}\n", ("/_fakeai", "/ops"), ([200], [404]), ADMIN
    ),
    "limits": Case("server: {limits: @}\n", ("{headers: 1}", "{}"), ([431], [200]), BARE),
    **{f"cors.{name}": case for name, case in CORS.items()},
    **{f"limits.{name}": case for name, case in LIMITS.items()},
}

REQUEST_LOG = {
    "level": Case(
        "request_log: {level: @}\n",
        ("info", "debug"),
        (["response"], ["request", "response"]),
        look="events",
    ),
    "fields": Case(
        "request_log: {fields: [@]}\n", ("status", "key"), (["status"], ["key"]), look="fields"
    ),
}

CASES = {
    f"{section}.{name}": case
    for section, cases in {
        "abuse": ABUSE,
        "auth": AUTH,
        "body": BODY,
        "injection": INJECTION,
        "rate_limits": RATE_LIMITS,
        "request_log": REQUEST_LOG,
        "server": SERVER,
    }.items()
    for name, case in cases.items()
}
