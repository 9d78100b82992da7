"""Key files: the keys that stand outside the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import locate
from fakeai.core.problem import Place, Problem, Related
from fakeai.core.source import read_text
from fakeai.pipeline.keyring import Keyring, auth_of, digest_of, keys_in
from fakeai.spec.files import shown

if TYPE_CHECKING:
    from fakeai.pipeline.keyring import Auth, Key
    from fakeai.pipeline.stage import Build


def keyring_of(build: Build) -> Keyring:
    """Return the keyring that the stages of an engine share."""
    return build.shared.once("keyring", lambda: Keyring(known_keys(auth_of(build.spec), build)))


def known_keys(config: Auth, build: Build) -> dict[str, Key]:
    """Return the spec's keys and those of its key file; no two names may share a key."""
    keys = {**_from_file(config, build), **config.keys}
    names: dict[str, str] = {}
    for name, key in keys.items():
        other = names.setdefault(digest_of(key.key), name)
        if other != name:
            node = locate(build.node, ["auth", "keys", name, "key"])
            path, message = f"auth.keys.{name}", f"the key of `{other}` and of `{name}` is the same"
            build.problems.append(
                Problem(code="FA013", place=node.place, path=path, message=message)
            )
    return keys


def _from_file(config: Auth, build: Build) -> dict[str, Key]:
    if config.key_file is None:
        return {}
    place, at = locate(build.node, ["auth", "key_file"]).place, "auth.key_file"
    path = build.source.find(config.key_file, place.file)
    if path is None:
        build.problems.append(build.source.missing(config.key_file, place, at, place.file))
        return {}
    file = shown(path)
    text = read_text(path, file, build.problems)
    tiers = getattr(getattr(build.spec, "rate_limits", None), "tiers", {})

    def refuse(line: int, why: str) -> None:
        # Marked is the spec: a report shows the line that is marked, and this one holds a key.
        related = (Related(Place(file, line, 1), "this line"),)
        message = f"line {line}: {why}"
        build.problems.append(
            Problem(code="FA037", place=place, path=at, message=message, related=related)
        )

    return keys_in((text or "").splitlines(), tiers, refuse)
