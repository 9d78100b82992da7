"""Token estimates: texts count, files do not."""

from __future__ import annotations

import base64
from random import Random
from typing import Any

import pytest

from fakeai.pipeline.token_estimate import prompt_tokens


@pytest.mark.parametrize(
    ("request_", "tokens"),
    [
        (None, 0),
        ({"a": "four"}, 1),
        ({"a": ["four", {"b": "five!"}]}, 3),
        ({"a": 5, "b": True, "c": None}, 0),
        ({"url": "data:image/png;base64," + "A" * 100_000}, 0),
        ({"url": "DATA:image/svg+xml," + "<g/>" * 1000}, 0),
        ({"data": base64.b64encode(Random(1).randbytes(9000)).decode()}, 0),
        ({"data": base64.encodebytes(Random(1).randbytes(9000)).decode()}, 0),
        ({"data": base64.urlsafe_b64encode(Random(1).randbytes(9000)).decode()}, 0),
        ({"a": "word " * 1000}, 1250),
        ({"a": "\u5929\u6c14\u771f\u597d" * 350}, 350),
        ({"a": "a+b;" * 300}, 300),
        ({"a": "x" * 4000}, 1000),
        ({"a": "".join(f"User{n}\n" for n in range(100, 600))}, 1000),
        ({"prompt": [5, 6, 7], "max_tokens": 9}, 3),
        ({"prompt": [[5, 6], [7]]}, 3),
    ],
)
def test_about_four_characters_are_a_token(request_: Any, tokens: int) -> None:
    """A picture in the body is not thousands of tokens."""
    assert tokens == prompt_tokens(request_)


def test_a_deep_request_is_walked_without_recursion() -> None:
    """Depth is the client's choice."""
    value: Any = "four"
    for _ in range(100_000):
        value = [value]

    assert 1 == prompt_tokens(value)
