"""Keys of the gates: two specs that differ in one, what is seen of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

WRONG = {"authorization": "Bearer wrong"}
OTHER = {"authorization": "Bearer sk-other"}
ATTACK = "'; DROP TABLE users; --"
WORDS = "word " * 40


class Ask(NamedTuple):
    """A request of the script; a good chat completion unless it says otherwise."""

    content: str = "Hello"
    method: str = "POST"
    path: str = "/v1/chat/completions"
    headers: dict[str, str] = {}
    fields: dict[str, Any] = {}
    later_s: float = 0.0
    """How long the client waits before it."""
    unended: bool = False
    """Whether the end of the body, or of `raw`, never comes."""
    raw: bytes = b""
    """Bytes to send instead, on a connection of its own."""


CHAT = (Ask(),)
WRONG_THRICE = (Ask(headers=WRONG),) * 3
GOOD = {"authorization": "Bearer sk-team"}


@dataclass(frozen=True)
class Case:
    """A key: `spec` with each of two values in the place of `@`, and what is seen of each."""

    spec: str
    values: tuple[str, str]
    seen: tuple[Any, Any]
    script: tuple[Ask, ...] = CHAT
    look: str = "statuses"
    """`statuses`, `times`, `crowd` (statuses of a script sent at once), `text`, `events` and
    `fields` of the log, or the name of a header of the last answer."""
    files: dict[str, str] = field(default_factory=dict)


def key(fields: str) -> str:
    """Return an `auth` section with one key."""
    return f"auth: {{required: true, keys: {{team: {{key: sk-team, {fields}}}}}}}\n"


def tier(fields: str, more: str = "") -> str:
    """Return a `rate_limits` section with one tier."""
    return f"rate_limits: {{default_tier: t, tiers: {{t: {{{fields}}}}}{more}}}\n"


def ladder(fields: str) -> str:
    """Return a spec that bans for wrong keys."""
    return (
        "auth: {required: true, keys: {team: {key: sk-team}}}\n"
        f"abuse: {{scope: [ip], strikes: {{unauthenticated: 1}}, {fields}}}\n"
    )


def injection(fields: str) -> str:
    """Return a spec with detectors."""
    return f"injection: {{{fields}}}\n"


KNOWN = (Ask(headers=GOOD),)
MOOD = {"templates/text/mood.j2": "plays {{ principal.scenario }}\n"}
PERSONA = "templates: {persona: mood, personas: {mood: mood.j2}}\n"
TWO_BANS = "bans: [{at: 2, for: 1m}]"
SLOW = "latency: {default: p, profiles: {p: {ttft: 9s}}}\n"

AUTH = {
    "required": Case("auth: {required: @}\n", ("false", "true"), ([200], [401])),
    "keys": Case(
        "auth: {required: true, keys: @}\n", ("{}", "{a: {key: sk-a}}"), ([200], [401]), KNOWN
    ),
    "keys.*.key": Case(
        "auth: {required: true, keys: {a: {key: @}}}\n",
        ("sk-team", "sk-other"),
        ([200], [401]),
        KNOWN,
    ),
    "keys.*.tier": Case(
        key("tier: @"), ("free", "tier-1"), ("3", "500"), KNOWN, "x-ratelimit-limit-requests"
    ),
    "keys.*.organization": Case(
        key("organization: @"), ("one", "two"), ("one", "two"), KNOWN, "openai-organization"
    ),
    "keys.*.project": Case(
        key("project: @"), ("one", "two"), ("one", "two"), KNOWN, "openai-project"
    ),
    "keys.*.scenario": Case(
        key("scenario: @") + PERSONA,
        ("one", "two"),
        ("plays one", "plays two"),
        KNOWN,
        "text",
        MOOD,
    ),
    "keys.*.expires": Case(
        key("expires: @"),
        ('"2000-01-01T00:00:00Z"', '"2999-01-01T00:00:00Z"'),
        ([401], [200]),
        KNOWN,
    ),
    "keys.*.budget": Case(key("budget: @"), ("0", "5"), ([429], [200]), KNOWN),
    "key_file": Case(
        "auth: {required: true, key_file: @}\n",
        ("one.txt", "two.txt"),
        ([200], [401]),
        KNOWN,
        files={"one.txt": "sk-team team\n", "two.txt": "sk-other other\n"},
    ),
}

ABUSE = {
    "scope": Case(
        ladder(TWO_BANS).replace("[ip]", "@"),
        ("[ip]", "[key]"),
        ([401, 401, 403], [401, 401, 401]),
        (*WRONG_THRICE[:2], Ask(headers=OTHER)),
    ),
    "strikes": Case(
        ladder(TWO_BANS).replace("{unauthenticated: 1}", "@"),
        ("{unauthenticated: 1}", "{unauthenticated: 2}"),
        ([401, 401, 403], [401, 403, 403]),
        WRONG_THRICE,
    ),
    "decay": Case(
        ladder(f"{TWO_BANS}, decay: @"),
        ("10h", "1s"),
        ([401, 401, 403], [401, 401, 401]),
        (Ask(headers=WRONG), Ask(headers=WRONG, later_s=60), Ask(headers=WRONG)),
    ),
    "bans": Case(
        ladder("bans: @"),
        ("[]", "[{at: 2, for: 1m}]"),
        ([401, 401, 401], [401, 401, 403]),
        WRONG_THRICE,
    ),
    "bans.[].at": Case(
        ladder("bans: [{at: @, for: 1m}]"),
        ("1", "2"),
        ([401, 403, 403], [401, 401, 403]),
        WRONG_THRICE,
    ),
    "bans.[].for": Case(
        ladder("bans: [{at: 2, for: @}]"), ("1m", "2m"), ("60", "120"), WRONG_THRICE, "retry-after"
    ),
    "subjects_max": Case(
        ladder(f"{TWO_BANS}, subjects_max: @").replace("[ip]", "[key]"),
        ("1", "9"),
        ([401, 401, 401, 401], [401, 401, 401, 403]),
        (Ask(headers=WRONG), Ask(headers=OTHER), *WRONG_THRICE[:2]),
    ),
}

BODY = {
    "max_bytes": Case("body: {max_bytes: @}\n", ("10B", "1KB"), ([413], [200])),
    "read_timeout": Case(
        "body: {read_timeout: @}\n", ("2s", "7s"), ([2.0], [7.0]), (Ask(unended=True),), "times"
    ),
    "content_types": Case(
        "body: {content_types: [@]}\n", ("application/json", "text/plain"), ([200], [415])
    ),
}

FIELDS = 'fields: ["messages.*.content"], '
SUSPECT = (Ask(ATTACK),)
INJECTION = {
    "fields": Case(
        injection("fields: [@], detectors: {sql: {}}"),
        ('"messages.*.content"', "user"),
        ([400], [200]),
        SUSPECT,
    ),
    "detectors": Case(
        injection(FIELDS + "detectors: {@: {}}"), ("sql", "xss"), ([400], [200]), SUSPECT
    ),
    "detectors.*.action": Case(
        injection(FIELDS + "detectors: {sql: {action: @}}"),
        ("reject", "log"),
        ([400], [200]),
        SUSPECT,
    ),
    "detectors.*.file": Case(
        injection(FIELDS + "detectors: {mine: {file: @}}"),
        ("one.yaml", "two.yaml"),
        ([400], [200]),
        SUSPECT,
        files={"one.yaml": "patterns: [drop]\n", "two.yaml": "patterns: [nothing]\n"},
    ),
    "max_characters": Case(
        injection(FIELDS + "detectors: {sql: {}}, max_characters: @"),
        ("1000", "100"),
        ([400], [200]),
        (Ask(WORDS + ATTACK),),
    ),
}

LIMITED = (Ask(WORDS, fields={"max_tokens": 90}),)
TIERS = {
    name: Case(tier(name + ": @"), (small, large), ([429], [200]), LIMITED)
    for name, small, large in (
        ("tpm", "100", "200"),
        ("tpd", "100", "200"),
        ("input_tpm", "40", "100"),
        ("output_tpm", "80", "100"),
    )
} | {
    name: Case(tier(name + ": @"), ("1", "2"), ([200, 429], [200, 200]), CHAT * 2)
    for name in ("rpm", "rpd")
}
RATE_LIMITS = {
    "default_tier": Case(
        "rate_limits: {default_tier: @}\n",
        ("free", "tier-1"),
        ("3", "500"),
        look="x-ratelimit-limit-requests",
    ),
    "tiers": Case(
        "rate_limits: {default_tier: t, tiers: @}\n",
        ("{t: {rpm: 7}}", "{t: {rpm: 8}}"),
        ("7", "8"),
        look="x-ratelimit-limit-requests",
    ),
    "tiers.*.concurrent": Case(
        SLOW + tier("concurrent: @"), ("1", "2"), ([200, 429], [200, 200]), CHAT * 2, "crowd"
    ),
    "scope": Case(
        tier("rpm: 1", ", scope: [@]"),
        ("key", "ip"),
        ([200, 200], [200, 429]),
        (*KNOWN, Ask(headers=OTHER)),
    ),
    "algorithm": Case(
        tier("rpm: 2", ", algorithm: @"),
        ("token_bucket", "fixed_window"),
        ([200, 200, 200], [200, 200, 429]),
        (*CHAT * 2, Ask(later_s=31)),
    ),
    "accounts_max": Case(
        tier("rpm: 1", ", accounts_max: @"),
        ("1", "9"),
        ([200, 200, 200], [200, 200, 429]),
        (*KNOWN, Ask(headers=OTHER), *KNOWN),
    ),
} | {f"tiers.*.{name}": case for name, case in TIERS.items()}
