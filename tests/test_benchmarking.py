"""The promises of docs/benchmarking.md: tools find what the spec declares."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.tokenizer_folder import tokenizer
from fakeai.sim.bpe import BpeCounter
from tests.extras import needs_bpe
from tests.harness import Answer, World

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = needs_bpe

ROOT = Path(__file__).parents[1]
ENCODING = "cl100k_base"
PROMPT = "The whales sing, and nobody knows why."
TOKENS = 64

CHAT = "/v1/chat/completions"
COMPLETIONS = "/v1/completions"
AS_TEXT = {"messages": [{"role": "user", "content": PROMPT}]}
AS_PARTS = {"messages": [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]}
ONCE = {"include_usage": True}
RUNNING = {"include_usage": True, "continuous_usage_stats": True}

# What the tools send, beside the model, the stream and `ignore_eos`.
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "aiperf": (CHAT, {**AS_TEXT, "max_completion_tokens": TOKENS, "stream_options": ONCE}),
    "aiperf, legacy": (CHAT, {**AS_TEXT, "max_tokens": TOKENS, "stream_options": ONCE}),
    "guidellm": (
        CHAT,
        {**AS_PARTS, "max_completion_tokens": TOKENS, "stream_options": RUNNING, "stop": None},
    ),
    "guidellm, completions": (
        COMPLETIONS,
        {"prompt": PROMPT, "max_tokens": TOKENS, "stream_options": RUNNING, "stop": None},
    ),
    "vllm": (
        CHAT,
        {
            **AS_PARTS,
            "max_completion_tokens": TOKENS,
            "stream_options": ONCE,
            "repetition_penalty": 1.0,
        },
    ),
    "vllm, completions": (
        COMPLETIONS,
        {
            "prompt": PROMPT,
            "max_tokens": TOKENS,
            "stream_options": ONCE,
            "repetition_penalty": 1.0,
            "logprobs": None,
        },
    ),
}


def bench_world(folder: Path) -> World:
    """Compile examples/benchmark.yaml on virtual time."""
    spec = (ROOT / "examples" / "benchmark.yaml").read_text()
    return World(folder, spec.partition("extends: builtin\n")[2])


async def bench(world: World, tool: str, model: str = "steady", **fields: Any) -> Answer:
    """Send what a tool sends."""
    path, body = REQUESTS[tool]
    start = {"model": model, "stream": True, "ignore_eos": True}
    return await world.send("POST", path, {**start, **body, **fields})


def spoken(answer: Answer) -> Iterator[tuple[float, str]]:
    """Yield the texts of a stream of either endpoint, each with its virtual time."""
    for time, data in answer.events:
        for choice in json.loads(data)["choices"] if data.startswith("{") else []:
            text = choice.get("text") or choice.get("delta", {}).get("content")
            if text:
                yield time, text


async def scraped(world: World) -> dict[tuple[str, str], float]:
    """Return the sums and counts of `/metrics` by sample name and model."""
    page = (await world.send("GET", "/metrics")).body.decode()
    families = text_string_to_metric_families(page)
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, sample.labels.get("model_name", "")): sample.value for sample in samples}


@pytest.mark.parametrize("tool", REQUESTS)
async def test_a_tool_finds_the_declared_engine(tmp_path: Path, tool: str) -> None:
    """The first token is due after 500 ms, and one more each 25 ms."""
    answer = await bench(bench_world(tmp_path), tool)
    times = [time for time, _ in spoken(answer)]

    assert 200 == answer.status
    assert pytest.approx([0.5 + 0.025 * i for i in range(TOKENS)]) == times


@pytest.mark.parametrize("tool", REQUESTS)
async def test_a_tool_counts_what_the_server_counts(tmp_path: Path, tool: str) -> None:
    """Text that is tokenized again has the length that was asked for, as the usage says."""
    answer = await bench(bench_world(tmp_path), tool)
    text = "".join(text for _, text in spoken(answer))
    counter, usage = BpeCounter(ENCODING), answer.chunks[-1]["usage"]

    assert TOKENS == counter.count(text) == usage["completion_tokens"]
    assert counter.count(PROMPT) == usage["prompt_tokens"]


@pytest.mark.parametrize("tool", [t for t, (_, body) in REQUESTS.items() if ONCE in body.values()])
async def test_the_final_usage_stands_alone(tmp_path: Path, tool: str) -> None:
    """Only the chunk without choices has one: tools take no text from a chunk with a usage."""
    answer = await bench(bench_world(tmp_path), tool)
    counted = [chunk["choices"] for chunk in answer.chunks if chunk["usage"]]

    assert [[]] == counted


@pytest.mark.parametrize(("mode", "values"), [("request", 1), ("sequence", 5), ("off", 5)])
async def test_one_body_shows_the_spread_only_where_draws_are_its_own(
    tmp_path: Path, mode: str, values: int
) -> None:
    """Equal bodies have equal times by default; one with temperature 0 or a seed always has."""
    spec = (ROOT / "examples" / "benchmark.yaml").read_text().partition("extends: builtin\n")[2]
    world = World(tmp_path, f"determinism: {mode}\n{spec}")

    async def firsts(**fields: Any) -> set[float]:
        found = set()
        for _ in range(5):
            start = world.clock.now()
            answer = await bench(world, "aiperf", "jittery", **fields)
            found.add(round(next(time for time, _ in spoken(answer)) - start, 6))
        return found

    assert values == len(await firsts())
    assert [1, 1] == [len(await firsts(**pin)) for pin in ({"seed": 7}, {"temperature": 0})]


async def test_the_metrics_agree_with_what_clients_see(tmp_path: Path) -> None:
    """Means of the histograms, and tokens, of forty jittery streams."""
    world = bench_world(tmp_path)
    firsts, gaps = [], []
    for seed in range(40):
        sent = world.clock.now()
        times = [time for time, _ in spoken(await bench(world, "aiperf", "jittery", seed=seed))]
        firsts.append(times[0] - sent)
        gaps.append((times[-1] - times[0]) / (TOKENS - 1))
    seen = await scraped(world)

    def mean(name: str) -> float:
        total, number = (seen[f"vllm:{name}_seconds_{x}", "jittery"] for x in ("sum", "count"))
        return total / number

    assert pytest.approx(sum(firsts) / 40) == mean("time_to_first_token")
    assert pytest.approx(sum(gaps) / 40) == mean("inter_token_latency")
    assert pytest.approx(0.5101, rel=0.1) == mean("time_to_first_token")
    assert pytest.approx(0.02615, rel=0.02) == mean("inter_token_latency")
    assert 40 * TOKENS == seen["vllm:generation_tokens_total", "jittery"]


async def test_a_listed_model_has_its_root(tmp_path: Path) -> None:
    """Where vLLM's client looks for the name that it sends."""
    listed = (await bench_world(tmp_path).send("GET", "/v1/models")).json["data"]

    assert ["steady", "jittery"] == [row["root"] for row in listed][-2:]


@pytest.mark.parametrize("path", ["/reset_prefix_cache", "/start_profile", "/stop_profile"])
async def test_what_tools_call_around_a_run_takes_no_body(tmp_path: Path, path: str) -> None:
    """AIPerf sends none, and stops at anything but success."""
    assert 200 == (await bench_world(tmp_path).send("POST", path)).status


@pytest.mark.parametrize("encoding", ["cl100k_base", "o200k_base"])
def test_the_tokenizer_folder_is_the_counter(encoding: str) -> None:
    """Merging pairs by the folder's list gives the ids of the exact counter."""
    model = tokenizer(encoding)["model"]
    ranks = {tuple(pair): rank for rank, pair in enumerate(model["merges"])}
    counter = BpeCounter(encoding)
    for word in (" whales", "Ivanchester", " Ġrößer", " don", "漢字", " internationalization"):
        assert counter.encode(word) == [model["vocab"][piece] for piece in merged(word, ranks)]


def merged(word: str, ranks: dict[tuple[str, ...], int]) -> list[str]:
    """Return a word's pieces, the pair of the lowest rank merged first."""
    pieces = [spelled(byte) for byte in word.encode()]
    while pairs := [(ranks[p], i) for i, p in enumerate(pairwise(pieces)) if p in ranks]:
        _, at = min(pairs)
        pieces[at : at + 2] = [pieces[at] + pieces[at + 1]]
    return pieces


def spelled(byte: int) -> str:
    """Return the character for a byte: its own where that can be seen, else one from U+0100."""
    character = chr(byte)
    if re.fullmatch(r"[!-~¡-¬®-ÿ]", character):
        return character
    hidden = [b for b in range(256) if not re.fullmatch(r"[!-~¡-¬®-ÿ]", chr(b))]
    return chr(0x100 + hidden.index(byte))
