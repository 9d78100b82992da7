"""injection: which requests it stops, and what it leaves of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.sim.injection import Detector, Scanner, compile_detectors
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ATTACK = "'; DROP TABLE users; --"


def injection(
    detectors: str = "sql: {}", fields: str = '["messages.*.content"]', **more: str
) -> str:
    """Return an overlay that looks for attacks."""
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"injection: {{fields: {fields}, detectors: {{{detectors}}}{rest}}}\n"


@pytest.mark.parametrize(
    ("detector", "text"),
    [
        ("sql", ATTACK),
        ("xss", "<script>alert(1)</script>"),
        ("command", "; rm -rf / --no-preserve-root"),
        ("path", "../../../../etc/passwd"),
        ("ldap", "*)(uid=*))(|(uid=*"),
        ("xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    ],
)
async def test_each_detector_refuses_its_attack(tmp_path: Path, detector: str, text: str) -> None:
    """The refusal names the field."""
    answer = await World(tmp_path, injection(f"{detector}: {{}}")).chat(text)

    assert (400, "injection_detected") == (answer.status, answer.json["error"]["code"])
    assert "messages.0.content" == answer.json["error"]["param"]


@pytest.mark.parametrize(
    "text",
    [
        "I like cats; dogs too.",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "well -- yes",
        "What does `SELECT * FROM users` do?",
        "Comment sélectionner une ligne ? 你好",
    ],
)
async def test_ordinary_prose_passes(tmp_path: Path, text: str) -> None:
    """All detectors on, and nobody is bothered."""
    detectors = "sql: {}, xss: {}, command: {}, path: {}, ldap: {}, xml: {}"

    assert 200 == (await World(tmp_path, injection(detectors)).chat(text)).status


async def test_only_the_declared_fields_are_read(tmp_path: Path) -> None:
    """What stands elsewhere is not looked at."""
    world = World(tmp_path, injection(fields="[user]"))

    assert 200 == (await world.chat(ATTACK)).status
    assert 400 == (await world.chat("Hello", user=ATTACK)).status


async def test_only_the_first_characters_are_read(tmp_path: Path) -> None:
    """An attack behind the limit passes."""
    world = World(tmp_path, injection(max_characters="10"))

    assert 200 == (await world.chat("twelve chars" + ATTACK)).status


async def test_a_detector_may_only_log(tmp_path: Path) -> None:
    """The request goes on; the line names detector and field, not the text."""
    world = World(tmp_path, injection("sql: {action: log}"))
    answer = await world.chat(ATTACK)
    lines = [fields for _, event, fields in world.log.lines if event == "injection"]

    assert 200 == answer.status
    assert [("sql", "messages.0.content")] == [(li["detector"], li["field"]) for li in lines]
    assert ATTACK not in str(lines)


async def test_a_detector_may_rewrite(tmp_path: Path) -> None:
    """The generator sees the text without the attack."""
    overlay = injection("xss: {action: sanitize}") + "request_log: {fields: [prompt]}\n"
    world = World(tmp_path, overlay)
    answer = await world.chat("Hi <script>alert(1)</script> there")
    prompt = str(world.log.lines[-1][2]["prompt"])

    assert 200 == answer.status
    assert "<script" not in prompt
    assert "[removed]" in prompt
    assert prompt.startswith("Hi ")
    assert prompt.endswith(" there")


async def test_a_detector_of_ones_own(tmp_path: Path) -> None:
    """Patterns are a file beside the spec."""
    overlay = injection("secret: {file: secret.yaml}")
    world = World(tmp_path, overlay, {"secret.yaml": "patterns: ['classified']\n"})

    assert 400 == (await world.chat("This is CLASSIFIED.")).status
    assert 200 == (await world.chat(ATTACK)).status


@pytest.mark.parametrize(
    ("detectors", "files", "code"),
    [
        ("nope: {}", {}, "FA037"),
        ("own: {file: own.yaml}", {"own.yaml": "patterns: ['(?=x)']\n"}, "FA026"),
        ("own: {file: own.yaml}", {"own.yaml": "pattern: x\n"}, "FA010"),
        ("own: {file: own.yaml}", {"own.yaml": "patterns: [\n"}, "FA00"),
    ],
)
def test_a_wrong_detector_is_a_problem(
    tmp_path: Path, detectors: str, files: dict[str, str], code: str
) -> None:
    """A missing file, a pattern that could run away, an unknown key, broken YAML."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, injection(detectors), files)

    assert any(problem.code.startswith(code) for problem in caught.value.problems)


def test_examples_that_are_judged_wrongly_are_problems(tmp_path: Path) -> None:
    """Each is marked where it stands, in the detector's own file."""
    files = {"own.yaml": "patterns: [x]\nmust_trip: [ax, b]\nmust_not_trip: [c, xd]\n"}
    with pytest.raises(SpecError) as caught:
        World(tmp_path, injection("own: {file: own.yaml}"), files)

    assert [("FA027", 2, 17, "must_trip[1]"), ("FA027", 3, 20, "must_not_trip[1]")] == [
        (p.code, p.place.line, p.place.column, p.path) for p in caught.value.problems
    ]


def test_a_pattern_that_cannot_be_read_is_marked(tmp_path: Path) -> None:
    """Examples can only be judged by patterns that can."""
    files = {"own.yaml": "patterns: [x, '(?=x)']\nmust_trip: [b]\n"}
    with pytest.raises(SpecError) as caught:
        World(tmp_path, injection("own: {file: own.yaml}"), files)

    assert [("FA026", "patterns[1]")] == [(p.code, p.path) for p in caught.value.problems]


async def test_without_its_section_it_is_compiled_away(tmp_path: Path) -> None:
    """The built-in spec does not look."""
    stages = World(tmp_path).engine.endpoints[0].stages

    assert [None] == [planned.steps for planned in stages if planned.stage.name == "injection"]


def test_all_endpoints_share_what_finds_attacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a megabyte or two; single detectors are compiled when an attack comes."""
    made: list[int] = []

    def count(detectors: dict[str, Detector], **given: int) -> Scanner:
        made.append(len(detectors))
        return compile_detectors(detectors, **given)

    monkeypatch.setattr("fakeai.stages.injection.compile_detectors", count)
    World(tmp_path, injection("sql: {}, xss: {}"))

    assert [2] == made
