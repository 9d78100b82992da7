"""simulation_headers: response headers that show what the simulation did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.pipeline.headers import OWN
from fakeai.pipeline.recall import shared
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from decimal import Decimal

    from fakeai.pipeline.exchange import Exchange, Header

HeaderName = Annotated[
    str,
    Meta(
        pattern=f"^(?!({'|'.join(sorted(OWN))})$)[a-z0-9-]{{1,64}}$",
        examples=["x-worker"],
        extra_json_schema={"x-form": "a header that the server does not write itself"},
    ),
]


class Config(Section):
    """Names of the headers; one that is absent is not sent."""

    worker: Annotated[HeaderName | None, Meta(description="The worker that ran the request.")] = (
        None
    )
    cached_tokens: Annotated[
        HeaderName | None, Meta(description="Prompt tokens that this worker had cached.")
    ] = None
    cost: Annotated[HeaderName | None, Meta(description="The cost in USD.")] = None


def compile_simulation_headers(config: Config | None, build: Build) -> Steps | None:
    """Return the step that adds the headers to the answers of endpoints that generate."""
    if config is None or not build.answers or "model" not in build.files.words:
        return None
    worker, cached, cost = (
        name and name.encode() for name in (config.worker, config.cached_tokens, config.cost)
    )
    if not (worker or cached or cost):
        return None

    def enter(exchange: Exchange) -> None:
        exchange.headers += shared(exchange, "simulation_headers", write)

    def write(exchange: Exchange) -> list[Header]:
        placement = exchange.placement
        headers: list[Header] = []
        if placement.worker is not None:
            if worker:
                headers.append((worker, placement.worker.encode("latin-1", "replace")))
            if cached:
                headers.append((cached, b"%d" % placement.cached_tokens))
        if cost:
            headers.append((cost, _shown(exchange.cost_usd)))
        return headers

    return Steps(enter=enter)


def _shown(cost_usd: Decimal) -> bytes:
    """Return an amount without an exponent and without zeros at its end."""
    text = str(cost_usd)
    if "." in text and "E" not in text:
        return text.rstrip("0").rstrip(".").encode()
    return f"{cost_usd.normalize():f}".encode()


STAGE = Stage(
    name="simulation_headers",
    summary="Shows worker, cached tokens and cost as response headers.",
    config=Config,
    compile=compile_simulation_headers,
    reads=frozenset({"placement", "cost_usd"}),
)
