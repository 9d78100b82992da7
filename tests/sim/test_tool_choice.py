"""tool_choice: the tools that a prompt asks for."""

from __future__ import annotations

import pytest

from fakeai.sim.tool_choice import PROMPT_CHARACTERS_MAX, rank_tools

OFFERS = [
    ("get_weather", "Get the current weather in a given city"),
    ("sendEmail", "Send a message to a person"),
    ("lookup", "Searches the catalogue for books"),
]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("What is the weather in Paris?", [0]),
        ("Please use get_weather", [0]),
        ("Email Bob", [1]),
        ("Which book is it?", [2]),
        ("Email Bob the weather", [0, 1]),
        ("Tell me a joke", []),
        ("Get the current value", []),
        ("", []),
    ],
)
def test_words_of_the_prompt_choose(prompt: str, expected: list[int]) -> None:
    """A word of the name or the description is enough; one that says nothing is not."""
    assert expected == rank_tools(prompt, OFFERS)


@pytest.mark.parametrize(
    ("prompt", "name", "is_named"),
    [
        ("use get weather", "get_weather", True),
        ("use getWeather", "get_weather", True),
        ("use GET-WEATHER now", "getWeather", True),
        ("use iphone", "iPhone", True),
        ("my home address", "add", False),
        ("the Roman empire", "man", False),
        ("the weather is nice", "eat", False),
        ("get the weather", "get_it", False),
        ("???", "_", False),
    ],
)
def test_a_name_is_matched_as_words(prompt: str, name: str, is_named: bool) -> None:
    """However they are separated; a part of a word is no word."""
    assert is_named is bool(rank_tools(prompt, [(name, "")]))


def test_a_name_counts_more_than_a_description() -> None:
    """Of two tools, the one that the prompt means comes first."""
    offers = [("fetch_page", "Fetch the weather page of a site"), ("weather", "")]

    assert [1, 0] == rank_tools("the weather", offers)


def test_words_of_other_scripts_count() -> None:
    """A short word that is not ASCII means something."""
    assert [0] == rank_tools("天气 怎么样", [("tianqi", "查询 天气")])


def test_only_the_end_of_a_long_prompt_is_read() -> None:
    """Work is bounded, whatever a stranger sends."""
    prompt = "weather " + "x " * PROMPT_CHARACTERS_MAX

    assert [] == rank_tools(prompt, OFFERS)
