"""Key files: the keys that stand outside the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import locate
from fakeai.core.problem import Problem
from fakeai.pipeline.keyring import Keyring, auth_of, keys_in

if TYPE_CHECKING:
    from fakeai.pipeline.keyring import Auth, Key
    from fakeai.pipeline.stage import Build


def keyring_of(build: Build) -> Keyring:
    """Return the keyring that the stages of an engine share."""
    return build.shared.once("keyring", lambda: Keyring(known_keys(auth_of(build.spec), build)))


def known_keys(config: Auth, build: Build) -> dict[str, Key]:
    """Return the spec's keys and those of its key file."""
    if config.key_file is None:
        return config.keys
    place, at = locate(build.node, ["auth", "key_file"]).place, "auth.key_file"
    path = build.source.find(config.key_file, place.file)
    if path is None:
        build.problems.append(build.source.missing(config.key_file, place, at, place.file))
        return config.keys
    try:
        found = keys_in(path.read_text(encoding="utf-8").splitlines())
        _check_tiers(found, build)
    except (OSError, ValueError) as error:
        build.problems.append(Problem(code="FA037", place=place, path=at, message=str(error)))
        return config.keys
    return {**found, **config.keys}


def _check_tiers(keys: dict[str, Key], build: Build) -> None:
    tiers = getattr(getattr(build.spec, "rate_limits", None), "tiers", {})
    for name, key in keys.items():
        if key.tier is not None and key.tier not in tiers:
            raise ValueError(f"the tier `{key.tier}` of the key {name} does not exist")
