"""Keys: who a credential belongs to; plain keys are not kept."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from fakeai.pipeline.exchange import ANONYMOUS, Principal
from fakeai.spec.model import Section, ref
from fakeai.spec.server import SECRET_FORM, SECRET_PATTERN, Secret
from fakeai.spec.times import Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from fakeai.pipeline.exchange import Exchange

HASHED: Final = "sha256:"
_SHOWN_DIGITS: Final = 4
#: So many that no two keys of a file share them: what is counted by name must not be mixed up.
_NAME_DIGITS: Final = 12
_FILE_WORDS_MAX: Final = 3
CALLERS_MAX: Final = 1024
"""Callers that are remembered by the digests of their credentials."""


#: Headers and lines of the log tell it.
_Name = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f]*$",
        extra_json_schema={"x-form": "a text without control characters"},
    ),
]


class Key(Section, kw_only=True):
    """A key and what it stands for."""

    key: Annotated[Secret, Meta(description="The key: plain, or `sha256:<hex>`.")]
    tier: Annotated[
        str | None,
        Meta(
            description="Its limits; absent: `rate_limits.default_tier`.",
            extra_json_schema=ref("rate_limits.tiers"),
        ),
    ] = None
    organization: Annotated[_Name | None, Meta(description="Organization it belongs to.")] = None
    project: Annotated[_Name | None, Meta(description="Project it belongs to.")] = None
    scenario: Annotated[
        str | None,
        Meta(description="What its callers play: a word that templates and the log can read."),
    ] = None
    expires: Annotated[Timestamp | None, Meta(description="From then on it is refused.")] = None
    budget: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="USD that it may spend; absent: any amount."),
    ] = None


class Auth(Section):
    """Which keys are known, and whether one is needed."""

    required: Annotated[
        bool, Meta(description="A request without a key, or with an unknown one, gets 401.")
    ] = False
    keys: Annotated[dict[str, Key], Meta(description="Keys by the name that logs show.")] = {}
    key_file: Annotated[
        str | None,
        Meta(description="Text file of more keys; a line: `key [name] [tier]`, `#` a comment."),
    ] = None


class Caller(NamedTuple):
    """Whoever sent a credential, known or not."""

    name: str
    """The key's name, or the start of its hash."""
    digest: str
    """Hash of the credential, in hex; empty without one."""
    key: Key | None
    principal: Principal


NOBODY: Final = Caller(ANONYMOUS.name, "", None, ANONYMOUS)


class Keyring:
    """The known keys by their hashes, and the callers of late by theirs.

    A credential is hashed at every request, so that none is compared that is nearly right; what
    the hash stands for is worked out once.
    """

    __slots__ = ("_callers", "_known", "keys")

    def __init__(self, keys: dict[str, Key]) -> None:
        """Hash what is plain."""
        self.keys = keys
        known = [_known_caller(name, key) for name, key in keys.items()]
        self._known = {caller.digest: caller for caller in known}
        self._callers: dict[bytes, Caller] = {}

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.keys)

    def identify(self, exchange: Exchange) -> Caller:
        """Return who is calling; worked out once an exchange."""
        caller = exchange.caller
        if caller is None:
            caller = exchange.caller = self.caller(exchange.credential)
        return caller

    def caller(self, credential: bytes) -> Caller:
        """Return whose credential it is."""
        if not credential:
            return NOBODY
        digest = sha256(credential).digest()
        return self._callers.get(digest) or self._remember(digest)

    def _remember(self, digest: bytes) -> Caller:
        shown_digest = digest.hex()
        caller = self._known.get(shown_digest)
        if caller is None:
            name = shown(shown_digest)
            caller = Caller(name, shown_digest, None, Principal(name=name))
        if len(self._callers) >= CALLERS_MAX:
            del self._callers[next(iter(self._callers))]
        self._callers[digest] = caller
        return caller


def _known_caller(name: str, key: Key) -> Caller:
    principal = Principal(
        name=name,
        organization=key.organization,
        project=key.project,
        tier=key.tier,
        scenario=key.scenario,
    )
    return Caller(name, digest_of(key.key), key, principal)


def digest_of(key: str) -> str:
    """Return the hash of a key that is given plain or hashed."""
    if key.startswith(HASHED):
        return key.removeprefix(HASHED).lower()
    return sha256(key.encode()).hexdigest()


def matches(credential: bytes, key: str) -> bool:
    """Tell, in a time that does not depend on either, whether a credential is a key."""
    return hmac.compare_digest(sha256(credential).hexdigest(), digest_of(key))


def shown(digest: str) -> str:
    """Return how logs and pages show a key that nobody declared."""
    return f"{HASHED}{digest[:_SHOWN_DIGITS]}"


def keys_in(
    lines: Iterable[str], tiers: Collection[str], refuse: Callable[[int, str], None]
) -> dict[str, Key]:
    """Return the keys of a key file; `refuse` is called for each line that is wrong, with why."""
    keys: dict[str, Key] = {}
    digests: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        name = words[1] if len(words) > 1 else f"{HASHED}{digest_of(words[0])[:_NAME_DIGITS]}"
        tier = words[2] if len(words) > _FILE_WORDS_MAX - 1 else None
        other = digests.setdefault(digest_of(words[0]), name)
        wrong = {
            "more than key, name and tier": len(words) > _FILE_WORDS_MAX,
            f"a hashed key is {SECRET_FORM}": re.search(SECRET_PATTERN, words[0]) is None,
            f"the name {name} stands twice": name in keys,
            f"the key of {name} is that of {other}": name != other,
            f"the tier `{tier}` of the key {name} does not exist": tier and tier not in tiers,
        }
        why = next((why for why, is_so in wrong.items() if is_so), None)
        if why is None:
            keys[name] = Key(key=words[0], tier=tier)
        else:
            refuse(number, why)
    return keys


EMPTY_AUTH: Final = Auth()


def auth_of(spec: msgspec.Struct) -> Auth:
    """Return the `auth` section of a spec, or the one that knows no key."""
    found = getattr(spec, "auth", None)
    return found if isinstance(found, Auth) else EMPTY_AUTH
