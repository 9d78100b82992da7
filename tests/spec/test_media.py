"""Media rules: each kind of rule reads, and each key has a sentence."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fakeai.spec.media import MediaRules
from fakeai.spec.tokens import Tokens


@pytest.mark.parametrize(
    "image",
    [
        {"kind": "tiles", "base": 2833, "per_tile": 5667},
        {"kind": "patches", "per_patch": 1.62},
        {"kind": "area", "pixels_per_token": 750},
        {"kind": "fixed", "tokens": 258},
    ],
    ids=lambda image: image["kind"],
)
def test_images_are_counted_by_one_of_four_rules(image: dict[str, Any]) -> None:
    """The kind says which; what it leaves out has its default."""
    rules = msgspec.convert({"image": image}, MediaRules)

    assert image["kind"] == rules.image.__struct_config__.tag
    assert image.items() <= msgspec.to_builtins(rules.image).items()


def test_every_key_is_described() -> None:
    """Editors and docs show a sentence for each key."""
    (_,), defs = msgspec.json.schema_components([Tokens])
    keys = [(n, k, v) for n, s in defs.items() for k, v in s.get("properties", {}).items()]

    assert [] == [(n, k) for n, k, v in keys if "description" not in v and "enum" not in v]
