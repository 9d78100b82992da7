"""CORS: who is allowed, and what the headers say."""

import pytest

from fakeai.wire.origins import METHODS, Cors, CorsRules, is_preflight, origin_problems

LISTED = CorsRules(
    origins=("https://app.example.com", "https://*.preview.example.com", "http://localhost:*"),
    origin_regexes=(r"https://pr-\d+\.example\.dev",),
    credentials=True,
)
ASKED = b"access-control-request-method"


def allowed(rules: CorsRules, origin: bytes) -> bytes | None:
    """Return the origin that the headers allow."""
    return dict(Cors(rules).headers(origin)).get(b"access-control-allow-origin")


@pytest.mark.parametrize(
    "origin",
    [
        b"https://app.example.com",
        b"https://a.preview.example.com",
        b"https://a.b.preview.example.com",
        b"http://localhost:3000",
        b"https://pr-17.example.dev",
    ],
)
def test_a_listed_origin_is_told_itself(origin: bytes) -> None:
    """Exact, glob and regex origins are echoed, and caches are told that the answer varies."""
    assert (
        (b"access-control-allow-origin", origin),
        (b"vary", b"Origin"),
        (b"access-control-allow-credentials", b"true"),
    ) == Cors(LISTED).headers(origin)


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"http://app.example.com",
        b"https://app.example.com.evil.example",
        b"https://app.example.com:8443",
        b"https://preview.example.com",
        b"https://evil.example/.preview.example.com",
        b"https://evil.example?.preview.example.com",
        b"https://pr-17.example.dev.evil.example",
        b"xhttps://pr-17.example.dev",
        b"http://localhost",
        b"null",
        b"",
        b"\xff\x00",
    ],
)
def test_any_other_origin_is_told_nothing(origin: bytes) -> None:
    """Look-alikes get no permission, for answers and for preflights."""
    assert ((b"vary", b"Origin"),) == Cors(LISTED).headers(origin)
    assert Cors(LISTED).preflight(origin) is None


def test_a_request_without_an_origin_only_varies() -> None:
    """Caches must not serve this answer to a browser on another origin."""
    assert ((b"vary", b"Origin"),) == Cors(LISTED).headers(None)


def test_any_origin_is_one_constant_header() -> None:
    """Without credentials the answer does not depend on who asks."""
    cors = Cors(CorsRules(expose_headers=("x-request-id", "retry-after")))

    assert (
        (b"access-control-allow-origin", b"*"),
        (b"access-control-expose-headers", b"x-request-id, retry-after"),
    ) == cors.headers(b"https://a.example")
    assert cors.headers(None) == cors.headers(b"https://a.example")


def test_the_null_origin_has_to_be_listed() -> None:
    """A page from a local file is an origin like others."""
    assert b"null" == allowed(CorsRules(origins=("null",)), b"null")


def test_configured_case_does_not_matter() -> None:
    """Browsers send origins in lower case, people write them otherwise."""
    rules = CorsRules(origins=("https://App.Example.com",))

    assert b"https://app.example.com" == allowed(rules, b"https://app.example.com")


def test_a_preflight_is_told_the_rules() -> None:
    """Methods, headers and the time for which the answer holds."""
    rules = CorsRules(methods=("GET", "POST"), headers=("authorization",), max_age_s=60)

    assert (
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-max-age", b"60"),
        (b"access-control-allow-headers", b"authorization"),
    ) == Cors(rules).preflight(b"https://a.example", b"x-other")


def test_any_header_is_echoed() -> None:
    """`*` in a header would not cover Authorization, so what was asked for is said back."""
    headers = Cors(CorsRules()).preflight(b"https://a.example", b"authorization, x-stainless-os")

    assert headers is not None
    assert b"authorization, x-stainless-os" == dict(headers)[b"access-control-allow-headers"]
    assert ", ".join(METHODS).encode() == dict(headers)[b"access-control-allow-methods"]
    assert b"Access-Control-Request-Headers" == dict(headers)[b"vary"]


@pytest.mark.parametrize("asked", [b"", b"x\r\nset-cookie: a=b", b"\x00", b"x" * 5000])
def test_what_is_no_header_list_is_not_echoed(asked: bytes) -> None:
    """Nothing comes back that could not be a list of header names."""
    headers = Cors(CorsRules()).preflight(b"https://a.example", asked)

    assert headers is not None
    assert b"access-control-allow-headers" not in dict(headers)


@pytest.mark.parametrize(
    ("method", "names", "expected"),
    [
        ("OPTIONS", [b"origin", ASKED], True),
        ("OPTIONS", [b"origin"], False),
        ("OPTIONS", [ASKED], False),
        ("GET", [b"origin", ASKED], False),
    ],
)
def test_a_preflight_is_recognised(method: str, names: list[bytes], *, expected: bool) -> None:
    """Only an OPTIONS request with an origin that asks for a method is one."""
    assert expected == is_preflight(method, [(name, b"x") for name in names])


@pytest.mark.parametrize(
    "rules",
    [
        CorsRules(),
        CorsRules(origins=("null", "http://[::1]:80", "http://127.0.0.1:3000")),
        CorsRules(origins=("https://*",), origin_regexes=(".*",)),
        LISTED,
    ],
)
def test_sound_rules_have_no_problems(rules: CorsRules) -> None:
    """Wide rules are sound as long as they do not lend the visitor's identity."""
    assert [] == origin_problems(rules)


@pytest.mark.parametrize("origin", ["*", "https://*", "http://*"])
def test_any_site_with_credentials_is_a_problem(origin: str) -> None:
    """The star is refused, and so is a glob that amounts to it."""
    assert [
        f"`{origin}` with credentials lets any site act for its visitors: name the sites"
    ] == origin_problems(CorsRules(origins=(origin,), credentials=True))


def test_a_regex_for_any_site_with_credentials_is_a_problem() -> None:
    """A pattern that a stranger matches is as bad as the star."""
    rules = CorsRules(origins=(), origin_regexes=("https?://.+",), credentials=True)

    assert [
        "`https?://.+` with credentials lets any site act for its visitors: name the sites"
    ] == origin_problems(rules)


@pytest.mark.parametrize(
    "origin", ["https://a.example/", "a.example", "https://a.example/path", "https://", "*.example"]
)
def test_what_is_no_origin_is_a_problem(origin: str) -> None:
    """An origin has a scheme and a host, and nothing after the port."""
    assert [
        f"`{origin}` is not an origin: write scheme://host[:port], without a path"
    ] == origin_problems(CorsRules(origins=(origin,)))


def test_a_regex_that_is_not_re2_is_a_problem() -> None:
    """The message says what is wrong with it."""
    assert ["`(` is not an RE2 pattern: missing ): ("] == origin_problems(
        CorsRules(origin_regexes=("(",))
    )
