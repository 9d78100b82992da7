"""Lint: what a spec may say of keys and limits, but hardly means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.document import locate
from fakeai.core.problem import Problem
from fakeai.pipeline.keyring import HASHED, auth_of
from fakeai.stages.rate_limits import Config as RateLimits
from fakeai.stages.rate_limits import token_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Node
    from fakeai.spec.load import Loaded

#: Fewer tokens than the shortest question and answer take.
REQUEST_TOKENS_MIN: Final = 10


def lint_gates(loaded: Loaded, problems: list[Problem]) -> None:
    """Add the warnings of `auth` and `rate_limits`."""
    problems.extend(_plain_secrets(loaded))
    limits = getattr(loaded.spec, "rate_limits", None)
    if isinstance(limits, RateLimits):
        problems.extend(_unused_tiers(loaded, limits))
        problems.extend(_tiny_limits(loaded.node, limits))


def _plain_secrets(loaded: Loaded) -> Iterator[Problem]:
    for name, key in auth_of(loaded.spec).keys.items():
        if not key.key.startswith(HASHED):
            yield _warning(
                loaded.node,
                ["auth", "keys", name, "key"],
                "FA110",
                "a plain key in the file",
                "`fakeai hash-key` prints the form that tells nobody",
            )


def _unused_tiers(loaded: Loaded, limits: RateLimits) -> Iterator[Problem]:
    """The built-in tiers are an offer; one that a spec declares beside its keys is meant."""
    auth = auth_of(loaded.spec)
    used = {key.tier for key in auth.keys.values()} | {limits.default_tier}
    builtin = loaded.files.read[-1]
    if not auth.keys or auth.key_file:
        return
    for name in limits.tiers:
        place = locate(loaded.node, ["rate_limits", "tiers", name]).key_place
        if name not in used and place is not None and place.file != builtin:
            path: list[str | int] = ["rate_limits", "tiers", name]
            hint = "no key names it, and it is not the default"
            yield _warning(loaded.node, path, "FA111", f"nobody uses the tier `{name}`", hint)


def _tiny_limits(node: Node, limits: RateLimits) -> Iterator[Problem]:
    for name, tier in limits.tiers.items():
        for key, capacity in token_limits(tier):
            if capacity < REQUEST_TOKENS_MIN:
                message = f"{capacity} tokens are fewer than one request takes"
                hint = "every request will be told that it can never fit"
                path: list[str | int] = ["rate_limits", "tiers", name, key]
                yield _warning(node, path, "FA112", message, hint)


def _warning(node: Node, path: list[str | int], code: str, message: str, hint: str) -> Problem:
    found = locate(node, path)
    return Problem(
        code=code,
        place=found.key_place or found.place,
        path=".".join(map(str, path)),
        message=message,
        severity="warning",
        hint=hint,
    )
