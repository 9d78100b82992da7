"""Injection: the detectors' own lists, and the scanner around them."""

from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.injection import (
    CHARACTERS_MAX,
    REPLACEMENT,
    Detector,
    Finding,
    Scanner,
    compile_detectors,
    pattern_problem,
    strings_at,
    texts_at,
)

FOLDER = Path(__file__).parents[2] / "templates" / "injection"
DETECTORS = {
    path.stem: msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Detector)
    for path in sorted(FOLDER.glob("*.yaml"))
}
SCANNER = compile_detectors(DETECTORS)
ATTACKS = [(name, text) for name, each in DETECTORS.items() for text in each.must_trip]
PROSE = [text for each in DETECTORS.values() for text in each.must_not_trip]


def found(scanner: Scanner, text: str) -> Finding | None:
    """Return what a scanner finds in a single field."""
    return scanner.scan([("prompt", text)])


def test_the_detectors_that_are_there() -> None:
    """Six detectors with at least 40 texts of each kind over all."""
    assert ["command", "ldap", "path", "sql", "xml", "xss"] == list(DETECTORS)
    assert (True, True) == (len(ATTACKS) >= 40, len(PROSE) >= 40)


@pytest.mark.parametrize(("name", "text"), ATTACKS)
def test_an_attack_trips_its_detector(name: str, text: str) -> None:
    """Every text of `must_trip` is found by the detector that lists it."""
    assert Finding(name, "prompt") == found(compile_detectors({name: DETECTORS[name]}), text)


@pytest.mark.parametrize("text", PROSE)
def test_prose_passes_every_detector(text: str) -> None:
    """No text of any `must_not_trip` trips any detector."""
    assert found(SCANNER, text) is None


@pytest.mark.parametrize(
    ("name", "pattern"), [(name, each) for name, d in DETECTORS.items() for each in d.patterns]
)
def test_every_pattern_is_needed_by_an_attack(name: str, pattern: str) -> None:
    """A pattern that no text proves would be dead."""
    scanner = compile_detectors({name: Detector(patterns=(pattern,))})

    assert [text for text in DETECTORS[name].must_trip if found(scanner, text)]


@pytest.mark.parametrize("text", [text for _, text in ATTACKS])
def test_a_sanitized_attack_passes(text: str) -> None:
    """What is left after rewriting trips nothing."""
    assert found(SCANNER, SCANNER.sanitize(text)) is None


@pytest.mark.parametrize("text", PROSE)
def test_sanitizing_leaves_prose_alone(text: str) -> None:
    """A text without attack or control character is the same afterwards."""
    assert text == SCANNER.sanitize(text)


@given(st.lists(st.sampled_from([text for _, text in ATTACKS] + PROSE), max_size=6))
def test_sanitized_mixtures_pass(texts: list[str]) -> None:
    """Attacks that are put together leave nothing that trips."""
    assert found(SCANNER, SCANNER.sanitize(" ".join(texts))) is None


@given(st.text())
def test_any_text_can_be_scanned_and_sanitized(text: str) -> None:
    """No text breaks the scanner, and sanitizing twice is sanitizing once."""
    once = SCANNER.sanitize(text)

    assert once == SCANNER.sanitize(once)
    assert found(SCANNER, once) is None


def test_only_the_attack_is_rewritten() -> None:
    """The words around it stay."""
    assert f"My name is Robert{REPLACEMENT} students;-- and I like you" == SCANNER.sanitize(
        "My name is Robert'); DROP TABLE students;-- and I like you"
    )


def test_control_characters_are_stripped() -> None:
    """Tabs and line ends are text; NUL, escape and C1 controls are not."""
    assert "a\tb\r\ncde" == SCANNER.sanitize("a\tb\r\nc\x00d\x1b\x85e")


def test_control_characters_do_not_hide_an_attack_from_sanitizing() -> None:
    """What stripping puts together is rewritten."""
    assert REPLACEMENT in SCANNER.sanitize("<scr\x00ipt>alert(1)</script>")


def test_a_lone_surrogate_is_only_a_character() -> None:
    """Text that has no UTF-8 form is scanned all the same."""
    assert found(SCANNER, "well \ud800 done") is None
    assert Finding("xss", "prompt") == found(SCANNER, "\ud800<script>alert(1)</script>")


def test_only_the_first_characters_are_read() -> None:
    """An attack that starts behind the limit is not looked for."""
    attack = "<script>alert(1)</script>"
    inside = " " * (CHARACTERS_MAX - len(attack)) + attack

    assert Finding("xss", "prompt") == found(SCANNER, inside)
    assert found(SCANNER, " " * CHARACTERS_MAX + attack) is None
    assert found(compile_detectors(DETECTORS, characters_max=3), attack) is None


def test_the_finding_names_detector_and_field() -> None:
    """The first field that trips is named, with the first declared detector that it trips."""
    first = Detector(patterns=("one|two",))
    second = Detector(patterns=("two",))
    scanner = compile_detectors({"first": first, "second": second})
    fields = [("messages.0.content", "three"), ("messages.1.content", "TWO")]

    assert Finding("first", "messages.1.content") == scanner.scan(fields)


def test_no_detectors_find_nothing() -> None:
    """An empty section is a scanner that passes all."""
    assert found(compile_detectors({}), "' OR 1=1 --") is None


def test_a_pattern_problem_says_why() -> None:
    """Backreferences and lookarounds are not RE2."""
    assert pattern_problem(r"(a)+b") is None
    assert "invalid escape sequence: \\1" == pattern_problem(r"(a)\1")
    assert "missing ): (" == pattern_problem("(")


def test_strings_are_found_at_and_below_declared_paths() -> None:
    """Parts of a content list are fields too, and `*` is any index or key."""
    body: dict[str, object] = {
        "model": "m",
        "messages": [
            {"role": "user", "content": "plain"},
            {"role": "user", "content": [{"type": "text", "text": "part"}, 3, None]},
        ],
        "prompt": ["a", "b"],
    }
    paths = [["messages", "*", "content"], ["prompt"], ["absent", "*"]]

    assert [
        ("messages.0.content", "plain"),
        ("messages.1.content.0.type", "text"),
        ("messages.1.content.0.text", "part"),
        ("prompt.0", "a"),
        ("prompt.1", "b"),
    ] == list(strings_at(body, paths))  # type: ignore[arg-type]


JSON = st.recursive(
    st.text(max_size=3) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab0"), inner, max_size=3)
    ),
)
PATHS = st.lists(st.lists(st.sampled_from("ab01*"), min_size=1, max_size=3), max_size=3)


@given(JSON, PATHS)
def test_the_first_look_reads_the_same_texts(body: object, paths: list[list[str]]) -> None:
    """What `texts_at` passes over, no detector would see."""
    named = [text for _, text in strings_at(body, paths)]  # type: ignore[arg-type]

    assert sorted(named) == sorted(texts_at(body, paths))  # type: ignore[arg-type]
