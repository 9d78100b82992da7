"""Reports: problems for people, for machines, and mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.cli.report import apply_fixes, as_json, fixed, github, human, sarif
from fakeai.core.document import locate, parse
from fakeai.core.problem import Place, Problem, Related

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.core.problem import Severity

LINE = "  gpt-4o: { latancy: slow }"
PROBLEM = Problem(
    code="FA010",
    place=Place("team.yaml", 2, 13, 7),
    path="models.gpt-4o.latancy",
    message="unknown key `latancy`",
    hint="did you mean `latency`?",
    replacement="latency",
    related=(Related(Place("base.yaml", 7, 1), "declared here"),),
    chain=("overlay of base.yaml (extends, line 1)",),
)
WARNING = Problem(
    code="FA101",
    place=Place("team.yaml", 1, 1, 4),
    path="vars.A",
    message="no value uses the variable `A`",
    severity="warning",
)


def lines(_file: str) -> list[str]:
    """Return the lines of the only file."""
    return ["vars: { A: {} }", LINE]


def mend(place: Place, text: str, severity: Severity = "error") -> Problem:
    """Return a problem with a replacement."""
    return Problem(
        code="FA010", place=place, path="", message="m", severity=severity, replacement=text
    )


def test_human() -> None:
    """Place, code, path and message; the line and the caret; what is related; the chain."""
    assert human([PROBLEM], files=2, lines=lines) == (
        "team.yaml:2:13: error[FA010] models.gpt-4o.latancy: unknown key `latancy`\n"
        "    2 |   gpt-4o: { latancy: slow }\n"
        "      |             ^^^^^^^ did you mean `latency`?\n"
        "      = base.yaml:7:1: declared here\n"
        "      = overlay of base.yaml (extends, line 1)\n"
        "1 error in 2 files. `fakeai explain FA010` says more."
    )


def test_human_counts_errors_before_warnings() -> None:
    """The first error's code is the one to look up."""
    text = human([WARNING, PROBLEM, PROBLEM], lines=lines)

    assert text.endswith("2 errors and 1 warning in 1 file. `fakeai explain FA010` says more.")
    assert human([]) == ""


def test_human_without_the_source() -> None:
    """A file that cannot be read has no line to show; the hint is not lost."""
    text = human([PROBLEM], lines=lambda _: [])

    assert "      = did you mean `latency`?\n" in text
    assert "^" not in text


def test_human_in_color() -> None:
    """Colors add to the text and change nothing in it."""
    text = human([PROBLEM, WARNING], color=True, lines=lines)
    plain = text
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[36m", "\x1b[0m"):
        assert code in text
        plain = plain.replace(code, "")

    assert human([PROBLEM, WARNING], lines=lines) == plain


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("日本: { latancy: slow }", 7),
        ("\t{ latancy: slow }", 4),
        ("a" * 300 + " latancy " + "b" * 300, 302),
        ("a" * 150 + " latancy", 152),
    ],
)
def test_the_caret_is_under_the_exact_characters(line: str, column: int) -> None:
    """Wide characters, tabs and long lines do not shift it."""
    problem = Problem(code="FA010", place=Place("f", 1, column, 7), path="", message="m", hint=None)
    _, shown, caret, _ = human([problem], lines=lambda _: [line]).splitlines()
    wide = sum(character in "日本" for character in shown)

    start = caret.index("^") - wide
    assert shown[start : start + 7] == "latancy"
    assert caret.count("^") == 7
    assert len(shown) <= 135


def test_json() -> None:
    """Counts, and each problem with all that is known of it."""
    document = json.loads(as_json([WARNING, PROBLEM]))

    assert (1, 1) == (document["errors"], document["warnings"])
    assert document["problems"][1] == {
        "code": "FA010",
        "place": {"file": "team.yaml", "line": 2, "column": 13, "width": 7},
        "path": "models.gpt-4o.latancy",
        "message": "unknown key `latancy`",
        "severity": "error",
        "hint": "did you mean `latency`?",
        "replacement": "latency",
        "related": [
            {
                "place": {"file": "base.yaml", "line": 7, "column": 1, "width": 1},
                "message": "declared here",
            }
        ],
        "chain": ["overlay of base.yaml (extends, line 1)"],
    }


def test_github() -> None:
    """One workflow command a problem."""
    assert github([PROBLEM, WARNING]) == (
        "::error file=team.yaml,line=2,col=13,endColumn=20,title=FA010::"
        "models.gpt-4o.latancy: unknown key `latancy` - did you mean `latency`?\n"
        "::warning file=team.yaml,line=1,col=1,endColumn=5,title=FA101::"
        "vars.A: no value uses the variable `A`"
    )


def test_github_escapes_what_would_end_a_command() -> None:
    """A message cannot begin a command of its own."""
    problem = Problem(
        code="FA001", place=Place("a,b:c%.yaml", 1, 1), path="", message="100%\n::error::x"
    )

    assert github([problem]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,endColumn=2,title=FA001::100%25%0A::error::x"
    )


def test_sarif() -> None:
    """Rules from the catalogue, results with regions, fixes where there is one."""
    log = json.loads(sarif([PROBLEM, WARNING]))
    (run,) = log["runs"]
    first, second = run["results"]
    region = {"startLine": 2, "startColumn": 13, "endColumn": 20}

    assert log["version"] == "2.1.0"
    assert ["FA010", "FA101"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ("FA010", "error", "warning") == (first["ruleId"], first["level"], second["level"])
    assert region == first["locations"][0]["physicalLocation"]["region"]
    assert first["relatedLocations"][0]["message"] == {"text": "declared here"}
    assert first["fixes"][0]["artifactChanges"][0] == {
        "artifactLocation": {"uri": "team.yaml"},
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "latency"}}],
    }
    assert "fixes" not in second


def test_sarif_names_files_as_uris() -> None:
    """Spaces are escaped."""
    problem = Problem(code="FA001", place=Place("my specs/a.yaml", 1, 1), path="", message="m")
    (result,) = json.loads(sarif([problem]))["runs"][0]["results"]

    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "my%20specs/a.yaml"}


def test_fixed_changes_the_marked_characters_only() -> None:
    """Several on one line, line ends and the rest of the text stay as they are."""
    text = "a: x # x\r\nb: [x, x]\n"
    problems = [
        mend(Place("f", 1, 4), "yes"),
        mend(Place("f", 2, 5), "first"),
        mend(Place("f", 2, 8), "last"),
        mend(Place("f", 2, 1), "no", "warning"),
        mend(Place("f", 9, 1), "no"),
    ]

    mended, changes = fixed(text, problems)

    assert "a: yes # x\r\nb: [first, last]\n" == mended
    assert [
        "f:1:4: `x` is now `yes`",
        "f:2:5: `x` is now `first`",
        "f:2:8: `x` is now `last`",
    ] == changes


def test_what_comes_from_a_variable_is_not_in_the_file() -> None:
    """The use of the variable stays."""
    text = "a: ${A}\n"

    assert (text, []) == fixed(text, [mend(Place("f", 1, 4, 4), "b")])


def test_of_two_that_overlap_one_is_made() -> None:
    """The other is found by the next run."""
    problems = [mend(Place("f", 1, 1, 4), "long"), mend(Place("f", 1, 3, 2), "xy")]

    assert ("abxy", ["f:1:3: `cd` is now `xy`"]) == fixed("abcd", problems)


WORDS = st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=5)


@given(WORDS, st.data())
def test_fixes_never_touch_other_values(words: list[str], data: st.DataObject) -> None:
    """Whatever is replaced where, the other items of the list stay."""
    text = f"a: [{', '.join(words)}]\n"
    node = parse(text, "f")
    chosen = data.draw(st.sets(st.sampled_from(range(len(words)))))
    problems = [mend(locate(node, ["a", index]).place, "mended") for index in chosen]

    expected = ["mended" if index in chosen else word for index, word in enumerate(words)]
    mended, changes = fixed(text, problems)

    assert (f"a: [{', '.join(expected)}]\n", len(chosen)) == (mended, len(changes))


def test_apply_fixes_writes_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files without a fix are not written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(f"models:\n{LINE}\n")

    assert len(apply_fixes([PROBLEM, WARNING])) == 1
    assert (tmp_path / "team.yaml").read_text() == ("models:\n  gpt-4o: { latency: slow }\n")
    assert apply_fixes([WARNING]) == []
