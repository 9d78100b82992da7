"""The metrics of a world, read as Prometheus reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from tests.harness import World


async def scrape(world: World, path: str = "/metrics") -> dict[str, float]:
    """Return every sample by its name and labels, as the text format writes them."""
    answer = await world.send("GET", path)
    return samples(answer.body)


def samples(text: bytes) -> dict[str, float]:
    """Return the samples of a page; labels are in the order of their names."""
    return {
        f"{sample.name}{{{labels}}}" if labels else sample.name: sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        for labels in [",".join(f'{k}="{v}"' for k, v in sorted(sample.labels.items()))]
    }
