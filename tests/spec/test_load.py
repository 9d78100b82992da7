"""Load: from files to one checked spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.document import locate
from fakeai.core.problem import SpecError
from fakeai.spec.files import builtin_folder
from fakeai.spec.load import Loaded, load
from tests.spec.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW = "endpoints: { a: { route: GET /a, protocol: p } }"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which the test runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**files: str) -> None:
    """Write specs into the current folder, each behind its version."""
    for name, text in files.items():
        Path(f"{name}.yaml").write_text(f"fakeai: 1\n{text}\n")


def read(name: str, *overlays: str, environ: Mapping[str, str] | None = None) -> Loaded:
    """Load a spec of the current folder under overlays."""
    paths = [Path(f"{overlay}.yaml") for overlay in overlays]
    return load(Path(f"{name}.yaml"), paths, sections=SECTIONS, environ=environ or {})


def codes(name: str, *overlays: str) -> list[str]:
    """Return the codes of all that is wrong with a spec."""
    with pytest.raises(SpecError) as raised:
        read(name, *overlays)
    return [problem.code for problem in raised.value.problems]


def test_a_file_alone() -> None:
    """It stands on the defaults; sections that are left out are None."""
    write(main=f"seed: 7\n{ROW}")
    loaded = read("main")
    spec: Any = loaded.spec

    assert (7, 8000, None) == (spec.seed, spec.server.port, spec.latency)
    assert ("main.yaml", ()) == (loaded.name, loaded.chain)
    assert () == loaded.problems


def test_an_overlay_and_where_each_value_came_from() -> None:
    """The merged document keeps every value's own place."""
    write(base=f"seed: 1\nids: fixed\n{ROW}", mine="extends: base.yaml\nseed: 2")
    loaded = read("mine")

    assert (2, "fixed") == (loaded.spec.seed, loaded.spec.ids)
    assert str(locate(loaded.node, ["seed"]).place) == "mine.yaml:3:7"
    assert str(locate(loaded.node, ["ids"]).place) == "base.yaml:3:6"
    assert ("mine.yaml", "base.yaml") == loaded.files.read
    assert ("overlay of base.yaml (extends, line 2)",) == loaded.chain


def test_scenarios_lie_on_top_in_their_order() -> None:
    """Their own parents are brought in, unless they are there already."""
    write(
        base=f"seed: 1\nname: base\n{ROW}",
        one="extends: base.yaml\nseed: 2\nname: one",
        two="extends: extra.yaml\nseed: 3",
        extra="ids: fixed",
    )
    loaded = read("base", "one", "two")

    assert (3, "one", "fixed") == (loaded.spec.seed, loaded.spec.name, loaded.spec.ids)
    assert loaded.name == "two.yaml"
    assert ("two.yaml", "extra.yaml", "one.yaml", "base.yaml") == loaded.files.read
    assert loaded.chain == (
        "overlay of extra.yaml (extends, line 2)",
        "overlay of one.yaml (--scenario)",
    )


def test_locks_hold_for_scenarios_too() -> None:
    """A lock holds for every layer above its own, and cannot be taken away."""
    write(base=f"locked: [seed]\n{ROW}", one="locked: []", two="seed: 3")

    assert ["FA063"] == codes("base", "one", "two")


def test_sections_that_are_removed() -> None:
    """`false` and `null` both leave the stage off."""
    write(base=f"latency: {{}}\npricing: {{}}\n{ROW}", mine="extends: base.yaml\nlatency: false")
    spec: Any = read("mine").spec

    assert (None, {}) == (spec.latency, spec.pricing)


def test_all_problems_of_all_files_at_once() -> None:
    """Duplicates, locks, wrong types and dangling names do not hide each other."""
    write(
        base="locked: [seed]\nserver: { port: x }",
        mine="extends: base.yaml\nseed: 5\nids: unique\nids: fixed\n"
        "models: { a: { latency: b, odd: 1 } }\nname: '${N}'",
    )

    assert ["FA011", "FA063", "FA002", "FA030", "FA010", "FA070"] == codes("mine")


def test_a_missing_part_stops_the_rest() -> None:
    """Nothing can be said of names when the file that may declare them is not there."""
    write(mine="extends: none.yaml\nmodels: { a: { latency: b } }")

    assert ["FA062"] == codes("mine")


def test_a_file_that_is_not_there() -> None:
    """It is named as it was given."""
    with pytest.raises(SpecError) as raised:
        read("none")

    (problem,) = raised.value.problems
    assert ("FA000", "none.yaml") == (problem.code, problem.place.file)


def test_variables_are_filled_before_the_check() -> None:
    """A port may come from the environment; its place stays that of the text."""
    write(main=f"vars: {{ P: {{ env: P, type: integer }} }}\nserver: {{ port: '${{P}}' }}\n{ROW}")
    loaded = read("main", environ={"P": "81"})

    assert loaded.spec.server.port == 81
    assert str(locate(loaded.node, ["server", "port"]).place) == "main.yaml:3:17"


def test_a_value_that_could_not_be_filled_in_is_one_problem() -> None:
    """That the text is no port either is noise."""
    write(main=f"server: {{ port: '${{P}}' }}\n{ROW}")

    assert ["FA070"] == codes("main")


def test_warnings_do_not_fail() -> None:
    """They are told with the spec, each with how its file came in."""
    write(base="vars: { A: { env: A } }", mine="extends: base.yaml")
    loaded = read("mine")

    assert [("FA101", ()), ("FA100", loaded.chain)] == [
        (problem.code, problem.chain) for problem in loaded.problems
    ]


def test_without_a_path_it_is_the_built_in_spec() -> None:
    """Its own sections are the stages', which this test does not have."""
    with pytest.raises(SpecError) as raised:
        load(None, sections={}, environ={})

    assert {"builtin:fakeai.yaml"} == set(raised.value.files)
    assert {"FA010"} == {problem.code for problem in raised.value.problems}


def test_other_files_are_found_in_every_folder_of_the_chain(folder: Path) -> None:
    """The overlay's folder first, then the parents', then the built-in one."""
    (folder / "team").mkdir()
    write(base=ROW)
    (folder / "team" / "mine.yaml").write_text("fakeai: 1\nextends: ../base.yaml\n")
    loaded = load(Path("team/mine.yaml"), sections=SECTIONS, environ={})

    assert (Path("team"), folder, builtin_folder()) == tuple(
        Path(each) if index == 0 else each.resolve()
        for index, each in enumerate(loaded.files.folders)
    )


def test_links_that_go_round(folder: Path) -> None:
    """They are a file that cannot be read, as a spec, a parent's part or a scenario."""
    (folder / "a.yaml").symlink_to("b.yaml")
    (folder / "b.yaml").symlink_to("a.yaml")
    write(main=ROW)

    assert ["FA004"] == codes("a")
    assert ["FA004"] == codes("main", "a")


def test_times_and_addresses_that_cannot_be() -> None:
    """They are told before anything is made of them."""
    write(main=f'{ROW}\nclock: {{fixed: "2026-02-30T00:00:00Z"}}\nserver: {{host: "a\\0b"}}')

    assert {"FA024"} == set(codes("main"))


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("", "openai"),
        ("server: {protocol: p}", "p"),
        (ROW, None),
        ("server: {protocol: null}", "openai"),
    ],
)
def test_a_spec_without_endpoints_has_words_to_refuse_in(text: str, protocol: str | None) -> None:
    """Those of the built-in spec, unless it says which."""
    write(main=text)

    assert protocol == read("main").spec.server.protocol
