"""metrics: names, labels and buckets of the vLLM dialects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.harness import World
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_client.metrics_core import Metric

SPEC = """
metrics: { dialects: [vllm] }
latency:
  default: mine
  profiles:
    mine:
      steps: { base: 10ms, per_prefill_token: 1ms }
      queue: { max_num_seqs: 1, max_waiting: 0 }
"""
OLDER = """
metrics: { dialects: [vllm, vllm-older] }
latency: { default: slow, profiles: { slow: { ttft: 100ms, itl: 20ms } } }
"""

MODEL: Final = frozenset({"model_name", "engine"})
TOKENS: Final = [float(step * 10**power) for power in range(6) for step in (1, 2, 5)][:-2]
TTFT: Final = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20),
    *(40, 80, 160, 640, 2560),
)
ITL: Final = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20),
    *(40, 80),
)
REQUEST: Final = (
    *(0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920),
    7680,
)
STEP: Final = (1, *(2**power for power in range(3, 15)))

GAUGES: Final = {
    "num_requests_running": MODEL,
    "num_requests_waiting": MODEL,
    "num_requests_waiting_by_reason": MODEL | {"reason"},
    "kv_cache_usage_perc": MODEL,
    "cache_config_info": {"engine", "block_size", "num_gpu_blocks", "enable_prefix_caching"},
}
COUNTERS: Final = {
    "prefix_cache_queries": MODEL,
    "prefix_cache_hits": MODEL,
    "num_preemptions": MODEL,
    "prompt_tokens": MODEL,
    "prompt_tokens_by_source": MODEL | {"source"},
    "prompt_tokens_cached": MODEL,
    "prompt_tokens_cached_by_source": MODEL | {"source"},
    "generation_tokens": MODEL,
    "request_success": MODEL | {"finished_reason"},
    "admission_rejections": {"model_name", "reason"},
}
HISTOGRAMS: Final = {
    "request_prompt_tokens": TOKENS,
    "request_generation_tokens": TOKENS,
    "request_max_num_generation_tokens": TOKENS,
    "request_params_max_tokens": TOKENS,
    "request_prefill_kv_computed_tokens": TOKENS,
    "request_params_n": (1, 2, 5, 10, 20),
    "request_num_preemptions": (1, 2, 3, 4, 5, 10, 20),
    "iteration_tokens_total": STEP,
    "time_to_first_token_seconds": TTFT,
    "inter_token_latency_seconds": ITL,
    "request_time_per_output_token_seconds": ITL,
    "e2e_request_latency_seconds": REQUEST,
    "request_queue_time_seconds": REQUEST,
    "request_inference_time_seconds": REQUEST,
    "request_prefill_time_seconds": REQUEST,
    "request_decode_time_seconds": REQUEST,
}


async def families(world: World, *, stream: bool) -> dict[str, Metric]:
    """Ask twice where there is room for one, and return the families of the page by name."""
    messages = [{"role": "user", "content": "Hi"}]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 3, "stream": stream}
    begun = [world.begin("POST", "/v1/chat/completions", body) for _ in range(2)]
    tasks = [asyncio.create_task(serving) for _, serving in begun]
    await world.clock.run()
    await asyncio.gather(*tasks)
    page = (await world.send("GET", "/metrics")).body.decode()
    return {
        family.name.removeprefix("vllm:"): family for family in text_string_to_metric_families(page)
    }


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_numbers_have_the_labels_of_vllm(tmp_path: Path, *, stream: bool) -> None:
    """Gauges and counters by their names; a counter's sample ends in `_total`."""
    found = await families(World(tmp_path, SPEC), stream=stream)

    for kind, declared in (("gauge", GAUGES), ("counter", COUNTERS)):
        of_kind = {name: family for name, family in found.items() if family.type == kind}
        assert declared.keys() == of_kind.keys()
        for name, labels in declared.items():
            samples = of_kind[name].samples
            ending = "_total" if kind == "counter" else ""
            assert {f"vllm:{name}{ending}"} == {sample.name for sample in samples}
            assert all(labels == sample.labels.keys() for sample in samples), name


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_histograms_have_the_buckets_of_vllm(tmp_path: Path, *, stream: bool) -> None:
    """Each bound once, labels beside it, and every value in the last one."""
    found = await families(World(tmp_path, SPEC), stream=stream)
    of_kind = {name: family for name, family in found.items() if family.type == "histogram"}

    assert HISTOGRAMS.keys() == of_kind.keys()
    for name, bounds in HISTOGRAMS.items():
        samples = [sample for sample in of_kind[name].samples if "le" in sample.labels]
        count = next(s for s in of_kind[name].samples if s.name == f"vllm:{name}_count")
        assert [*map(float, bounds), float("inf")] == [float(s.labels["le"]) for s in samples]
        assert {MODEL} == {frozenset(s.labels) - {"le"} for s in samples}
        assert count.value == samples[-1].value >= 1


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_older_names_show_the_same_numbers(tmp_path: Path, *, stream: bool) -> None:
    """For dashboards that look for what vLLM 0.33 has given up; only where they are asked for."""
    world = World(tmp_path, OLDER)
    await world.chat("word " * 40, max_tokens=3, stream=stream)
    await world.chat("word " * 40, max_tokens=3, stream=stream)
    found = await scrape(world)
    renamed = {
        "gpu_cache_usage_perc": "kv_cache_usage_perc",
        "gpu_prefix_cache_queries_total": "prefix_cache_queries_total",
        "gpu_prefix_cache_hits_total": "prefix_cache_hits_total",
        "time_per_output_token_seconds_sum": "inter_token_latency_seconds_sum",
        "time_per_output_token_seconds_count": "inter_token_latency_seconds_count",
    }
    engine = '{engine="main-0",model_name="gpt-4o"}'
    older = {name: found[f"vllm:{name}{engine}"] for name in renamed}

    assert {name: found[f"vllm:{now}{engine}"] for name, now in renamed.items()} == older
    assert 4 == older["time_per_output_token_seconds_count"]
    assert pytest.approx(0.08) == older["time_per_output_token_seconds_sum"]
    assert 32 == older["gpu_prefix_cache_hits_total"]
    (tmp_path / "without").mkdir()
    without = World(tmp_path / "without", SPEC)
    assert not [name for name in await scrape(without) if name.startswith("vllm:gpu_")]
