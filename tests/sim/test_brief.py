"""A prompt's language, topic and wishes are found in its first words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.brief import Brief, BriefReader

ENGLISH = BriefReader(["en"])
MANY = BriefReader(["en", "de", "fr", "es", "it", "ru", "zh", "ja", "th"])


@pytest.mark.parametrize(
    ("prompt", "topic"),
    [
        ("Explain how photosynthesis works in desert plants", "desert plants"),
        ("What is photosynthesis?", "photosynthesis"),
        ("Tell me about cats, dogs and birds", "birds"),
        ("Compare (solar power) with wind", "solar power"),
        ("Summarise node.js and the 'Blue Ocean' strategy.", "Blue Ocean strategy"),
        ("TELL ME ABOUT THE FRENCH REVOLUTION", "FRENCH REVOLUTION"),
        ("The weather. Is foo(bar) it", "weather"),
        ("Black holes—neutron stars—quasars", "neutron stars"),
        ("**Machine learning** in C++", "Machine learning"),
        ("hi", ""),
        ("", ""),
        ("a b c 12 34 ;;", ""),
    ],
)
def test_the_topic_is_the_longest_phrase(prompt: str, topic: str) -> None:
    """Neighbouring words that carry meaning make a phrase; punctuation ends it."""
    assert topic == ENGLISH.read(prompt).topic


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("How does a diesel engine work?", "en"),
        ("Wie funktioniert ein Dieselmotor?", "de"),
        ("Comment fonctionne la photosynthèse dans les plantes ?", "fr"),
        ("¿Cómo funciona el motor de un coche?", "es"),
        ("Come funziona il motore della macchina?", "it"),
        ("Объясни, как работает фотосинтез", "ru"),
        ("光合作用是如何工作的?", "zh"),
        ("日本の電車の歴史を教えてください", "ja"),
        ("สวัสดีครับ", "th"),
        ("", "en"),
        ("zzz", "en"),
    ],
)
def test_the_language_is_found_by_script_and_stop_words(prompt: str, language: str) -> None:
    """Kana decide before Han characters; the first language is the last resort."""
    assert language == MANY.read(prompt).language


def test_a_language_that_the_corpus_lacks_is_not_found() -> None:
    """The answer comes in a language that there are sentences for."""
    assert "en" == ENGLISH.read("Объясни, как работает фотосинтез").language
    assert "ru" == BriefReader(["ru"]).read("Explain photosynthesis").language


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Give me a list of tips", True),
        ("What steps should I take?", True),
        ("TIPS: which?", True),
        ("Only a list...", True),
        ("A list.\nSorted", True),
        ("Donne-moi une Liste.", True),
        ("请列出一个清单", True),
        ("手順を教えて", True),
        ("Tell me a story", False),
    ],
)
def test_lists_are_asked_for_by_name(prompt: str, wanted: bool) -> None:
    """The words that ask for a list differ by language."""
    assert wanted == MANY.read(prompt).wants_list


@pytest.mark.parametrize(
    ("prompt", "snippet"),
    [
        ("Write a Python function", "python"),
        ("Write a function", "python"),
        ("Write a SQL query", "sql"),
        ("Some JavaScript, please", "javascript"),
        ("(BASH)", "bash"),
        ("Two classes (`TypeScript`)", "python"),
        ("Write a poem", None),
    ],
)
def test_code_is_asked_for_by_name(prompt: str, snippet: str | None) -> None:
    """The language named decides; Python is the default."""
    assert snippet == ENGLISH.read(prompt).snippet


def test_chinese_terms_leave_the_question_words_out() -> None:
    """Han characters are cut at words such as `how` and `of`."""
    brief = MANY.read("请解释光合作用是如何工作的")

    assert "光合作用" == brief.topic
    assert ["光合作用", "工作"] == list(brief.words)


def test_only_the_start_of_a_long_prompt_is_read() -> None:
    """A word that the limit cuts in two is left out."""
    brief = ENGLISH.read("volcano " + "x" * 10_000)

    assert Brief("en", "volcano", ["volcano"], wants_list=False, snippet=None) == brief


@given(st.text())
def test_any_text_has_a_brief(prompt: str) -> None:
    """Topics are short and printable, whatever the prompt."""
    brief = MANY.read(prompt)

    assert len(brief.topic) <= 4 * 33
    assert brief.topic.isprintable()
    assert all(word and word.isprintable() for word in brief.words)


def test_a_prompt_that_goes_on_is_not_taken_for_its_head() -> None:
    """The last word read may have been cut, unless the prompt ends there."""
    reader, head = BriefReader(["en"]), "tell me about ".ljust(183) + "volcanoes"
    prompts = [head, head + "log", head, head + "log"]

    assert 192 == len(head)
    assert ["volcanoes", "", "volcanoes", ""] == [reader.read(prompt).topic for prompt in prompts]
