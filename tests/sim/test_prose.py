"""Prose has exactly the tokens asked for, and is about the prompt."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.bpe import BpeCounter
from fakeai.sim.corpus import BUILTIN, Corpus, Texts
from fakeai.sim.prose import Prose
from fakeai.sim.tokens import CharacterCounter, Counter, HeuristicCounter
from tests.extras import HAS_BPE

CHINESE = Texts(
    locale="zh_CN", sentences=("这是一个句子。", "天气很好。", "我们喜欢茶。"), words=("茶",)
)
THAI = Texts(locale="th_TH", sentences=("สถานีกว้างซี่เมล็ดเช้า", "กลห่มผ้าเฉย"), words=("เช้า",))
CORPUS = Corpus(texts=(*BUILTIN.texts, CHINESE, THAI))
PROMPTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "Explain how photosynthesis works in desert plants",
            "Give me a list of tips for remote teams",
            "Write a Python function that counts words",
            "光合作用是如何工作的?",
            "请列出 Python 函数的清单",
            "สวัสดีครับ",
        ]
    ),
)
COUNTERS: list[Counter] = [HeuristicCounter(), CharacterCounter(4), CharacterCounter(3.7)]
if HAS_BPE:
    COUNTERS += [BpeCounter("cl100k_base"), BpeCounter("o200k_base")]
WRITERS = [(Prose(CORPUS, counter), counter) for counter in COUNTERS]
PROSE, HEURISTIC = Prose(BUILTIN, COUNTERS[0]), COUNTERS[0]
TOPIC = "Explain how photosynthesis works in desert plants"


def dice(seed: int = 1) -> random.Random:
    """Return a stream of chance that can be had again."""
    return random.Random(seed)


@pytest.mark.parametrize(
    ("prose", "counter"), WRITERS, ids=lambda value: getattr(value, "name", "")
)
@given(prompt=PROMPTS, length=st.integers(0, 300), seed=st.integers(0, 1000))
def test_the_text_has_exactly_the_tokens_asked_for(
    prose: Prose, counter: Counter, prompt: str, length: int, seed: int
) -> None:
    """Counting the joined text again finds the same number."""
    tokens = prose.tokens(dice(seed), prompt, length)

    assert length == len(tokens)
    assert length == counter.count("".join(tokens))


@pytest.mark.parametrize(
    ("prose", "counter"), WRITERS, ids=lambda value: getattr(value, "name", "")
)
@given(prompt=PROMPTS, about=st.integers(1, 200), seed=st.integers(0, 1000))
def test_natural_prose_ends_with_its_sentence(
    prose: Prose, counter: Counter, prompt: str, about: int, seed: int
) -> None:
    """Tokens are those of the whole text, which has no space left at its end."""
    tokens = prose.natural(dice(seed), prompt, about)
    text = "".join(tokens)

    assert counter.count(text) == len(tokens)
    assert text == text.rstrip()


@pytest.mark.parametrize(
    ("prose", "counter"), WRITERS, ids=lambda value: getattr(value, "name", "")
)
@given(prompt=PROMPTS, least=st.integers(1, 200), seed=st.integers(0, 1000))
def test_natural_prose_has_its_least_length(
    prose: Prose, counter: Counter, prompt: str, least: int, seed: int
) -> None:
    """It goes on for another sentence rather than end a token too early."""
    tokens = prose.natural(dice(seed), prompt, least, least)

    assert least <= len(tokens) == counter.count("".join(tokens))


@pytest.mark.parametrize("about", [40, 80, 200, 1000])
def test_natural_prose_is_about_as_long_as_asked(about: int) -> None:
    """The end lies within half a sentence, and is a full stop."""
    tokens = PROSE.natural(dice(), TOPIC, about)

    assert abs(len(tokens) - about) <= 10
    assert tokens[-1] == "."


def test_natural_prose_has_at_least_a_sentence() -> None:
    """However short the wish."""
    assert "".join(PROSE.natural(dice(), TOPIC, 1)).endswith('"desert plants".')


def test_the_same_dice_give_the_same_text() -> None:
    """Other dice give another."""
    first, again, other = (PROSE.tokens(dice(seed), TOPIC, 100) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_shorter_answer_begins_a_longer_one() -> None:
    """A limit on tokens cuts the text and changes nothing else."""
    natural = PROSE.natural(dice(), TOPIC, 120)

    assert natural[:30] == PROSE.tokens(dice(), TOPIC, 30)


def test_the_topic_is_quoted_first_and_comes_up_again() -> None:
    """The answer is about the words of the prompt."""
    text = "".join(PROSE.tokens(dice(), TOPIC, 400))

    assert '"desert plants"' in text.split(".")[0]
    assert any(word in text.split(".", 1)[1] for word in ("photosynthesis", "desert", "plants"))


def test_words_of_the_prompt_are_text_and_never_patterns() -> None:
    """Braces and marks of formatting come back as they are."""
    text = "".join(PROSE.natural(dice(), "about x{topic}y and q{word}q", 60))

    assert '"x{topic}y"' in text


def test_a_prompt_without_a_topic_still_gets_sentences() -> None:
    """The answer begins with a sentence of the corpus."""
    text = "".join(PROSE.natural(dice(), "hi", 30))

    assert text.startswith(BUILTIN.texts[0].sentences)


def test_long_text_has_paragraphs() -> None:
    """Blank lines stand between sentences only."""
    paragraphs = "".join(PROSE.natural(dice(), TOPIC, 500)).split("\n\n")

    assert len(paragraphs) > 3
    assert all(text[0].isupper() and text.endswith(".") for text in paragraphs)


def test_sentences_of_an_answer_do_not_repeat() -> None:
    """Three paragraphs of the built-in corpus have no sentence twice."""
    text = "".join(PROSE.natural(dice(), "hi", 120))
    sentences = re.findall(r"[A-Z][^.]*\.", text)

    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("seed", range(20))
def test_a_list_without_a_topic_repeats_no_sentence(seed: int) -> None:
    """The sentences before and after it differ."""
    text = "".join(PROSE.natural(dice(seed), "list", 150))
    before, *_, after = re.findall(r"^[A-Z][^.]*\.", text, flags=re.MULTILINE)

    assert before != after


def test_a_list_is_numbered() -> None:
    """A request for a list gets numbered lines after the first sentence."""
    text = "".join(PROSE.natural(dice(), "Give me a list of tips for remote teams", 200))
    numbers = re.findall(r"^(\d)\. [A-Z].*\.$", text, flags=re.MULTILINE)

    assert [str(i) for i in range(1, len(numbers) + 1)] == numbers
    assert 4 <= len(numbers) <= 8


def test_code_comes_in_a_fenced_block() -> None:
    """The function bears the topic's name, and the code compiles."""
    text = "".join(PROSE.natural(dice(), "Write a Python function that sorts words", 150))
    block = re.search(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)

    assert block is not None
    assert "count_python_function" in compile(block[1], "block", "exec").co_names


def test_code_about_a_topic_that_is_no_identifier_has_a_name() -> None:
    """A digit or a foreign letter cannot begin an identifier."""
    prose = Prose(CORPUS, HEURISTIC)
    text = "".join(prose.natural(dice(), "python 代码 光合作用", 80))

    assert "def count_items(" in text


def test_the_answer_is_in_the_language_of_the_prompt() -> None:
    """Chinese is answered in Chinese, without spaces between sentences."""
    text = "".join(Prose(CORPUS, HEURISTIC).natural(dice(), "光合作用是如何工作的?", 60))

    assert "光合作用" in text.split("。")[0]
    assert not re.search(r"[A-Za-z ]", text)


def test_locales_of_one_language_are_joined() -> None:
    """American and British sentences make one pool."""
    british = Texts(locale="en_GB", sentences=("Mind the gap.",), words=("gap",))
    corpus = Corpus(texts=(british, *BUILTIN.texts))
    text = "".join(Prose(corpus, HEURISTIC).tokens(dice(), "hi", 2000))

    assert "Mind the gap." in text
    assert BUILTIN.texts[0].sentences[0] in text


@pytest.mark.parametrize("length", [7, 60, 400])
def test_the_built_in_prose_need_not_be_counted(length: int) -> None:
    """Its sentences have the tokens that they have alone, so that the sum is right."""
    counted: list[str] = []

    class Watched(HeuristicCounter):
        def count(self, text: str) -> int:
            counted.append(text)
            return super().count(text)

    prose = Prose(BUILTIN, Watched())
    counted.clear()
    tokens = prose.tokens(dice(), TOPIC, length), prose.natural(dice(), TOPIC, length, length)

    assert [] == counted
    assert [len(each) for each in tokens] == [HEURISTIC.count("".join(each)) for each in tokens]


def test_the_words_of_an_answer_are_its_own() -> None:
    """What is remembered of a sentence is not changed by the answers that it is in."""
    first = PROSE.natural(dice(), TOPIC, 1)
    first[-1] += "!"

    assert first[:-1] == PROSE.natural(dice(), TOPIC, 1)[:-1]
    assert not PROSE.natural(dice(), TOPIC, 1)[-1].endswith("!")


def test_one_sentence_is_corpus_enough() -> None:
    """A corpus of one sentence repeats itself rather than fail."""
    corpus = Corpus(texts=(Texts(locale="en_US", sentences=("Yes.",), words=("yes",)),))

    assert ["Yes", ".", " Yes", "."] == Prose(corpus, HEURISTIC).tokens(dice(), "hi", 4)
