"""Imprints: answers with holes equal those that are written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.document import parse
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.imprint import compile_answer
from fakeai.pipeline.variables import ANSWER_TYPES, compile_view, getters
from fakeai.template.tree import compile_tree
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.core.problem import Problem


async def nothing(*_: object) -> None:
    """Stand in for a connection."""


def answers(source: str, *, rounds: int = 4) -> tuple[list[bytes], list[bytes]]:
    """Return the answers of a tree to equal requests, and to requests that nothing is known of."""
    problems: list[Problem] = []
    tree = compile_tree(parse(source, "t.yaml"), ANSWER_TYPES, problems)
    assert tree is not None, problems
    view = compile_view(tree.variables, getters(list, lambda: 0.0))
    write = compile_answer(tree, view)
    known: dict[str, Any] = {}
    return [write(_exchange(n, known)) for n in range(rounds)], [
        write(_exchange(n, None)) for n in range(rounds)
    ]


def _exchange(number: int, known: dict[str, Any] | None) -> Exchange:
    exchange = Exchange({"path_params": {"n": str(number)}, "query_string": b""}, nothing, nothing)
    exchange.known = known
    exchange.id, exchange.request_id = f"{number:032x}", f"req_{number:032x}"
    exchange.wall = 1_767_225_600.9 + number
    exchange.request = {"text": "100 %d \0id\0 5b1f0c3e9d7a48266e0b94d1c8a2f753"}
    exchange.usage.prompt_tokens = 40
    exchange.usage.cached_tokens = number % 2 * 16
    return exchange


@pytest.mark.parametrize(
    "source",
    [
        'id: "chatcmpl-{{ id }}"\nat: "{{ now }}"\nrequest: "{{ request_id }}"',
        'usage: "{{ usage }}"\ncached: "{{ usage.cached_tokens }}"',
        'text: "{{ request.text }}"\nid: "{{ id }}"',
        'half: "{{ id[:8] }}"\nlater: "{{ now + 3600 }}"',
        'loud: "{{ id | upper }}"',
        'cached: { $if: usage.cached_tokens, $then: "yes", $else: "no" }',
        'late: "{{ now }} s"',
        'fresh: "{{ usage.prompt_tokens - usage.cached_tokens }}"',
        'n: "{{ path.n }}"\ncost: "{{ cost }}"',
        'took: "{{ timing.ttft_ms }}"\nworker: "{{ placement.worker }}"\nms: "{{ elapsed_ms }}"',
        'models: { $for: m in models, $do: "{{ m.id }}" }',
        "even: \"{{ 'yes' if usage.cached_tokens == 0 else 'no' }}\"",
    ],
)
def test_an_imprint_changes_no_answer(source: str) -> None:
    """Whatever a tree does with what changes: shown, worked on or asked for."""
    equal, anew = answers(source)

    assert anew == equal


async def test_an_answer_from_an_imprint_is_like_the_first(tmp_path: Path) -> None:
    """Over HTTP: all but ids, times and cached tokens are equal."""
    world = World(tmp_path)
    seen = []
    for _ in range(4):
        answer = (await world.chat("Why do whales sing? " * 300, max_tokens=30)).json
        cached = answer["usage"]["prompt_tokens_details"].pop("cached_tokens")
        seen.append((answer.pop("id"), answer.pop("created"), cached, answer))
        await world.clock.advance(2)

    assert 4 == len({each[0] for each in seen})
    assert [each[1] for each in seen] == sorted({each[1] for each in seen})
    assert [0, *[seen[1][2]] * 3] == [each[2] for each in seen]
    assert seen[1][2] > 1000
    assert all(each[3] == seen[0][3] for each in seen)


async def test_metrics_of_an_answer_are_told_anew(tmp_path: Path) -> None:
    """Timing belongs to one request; an answer that tells it has no imprint."""
    world = World(
        tmp_path, "latency: { default: p, profiles: { p: { ttft: 100ms, itl: 10ms } } }\n"
    )

    told = [
        (await world.chat("Hi", max_tokens=5, include_metrics=True)).json["metrics"]
        for _ in range(3)
    ]

    assert [pytest.approx(100)] * 3 == [each["time_to_first_token_ms"] for each in told]
