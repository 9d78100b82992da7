"""What `serve` prints when it listens, read off the object that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeai.engine.compile import Engine


def banner(engine: Engine, address: str) -> str:
    """Return the spec, the address, the routes and what is on."""
    loaded, spec = engine.loaded, engine.loaded.spec
    lines = [f"fakeai {spec.name or ''}".rstrip(), f"  spec     {loaded.name}"]
    lines += [f"           {line}" for line in loaded.chain]
    lines += [
        f"  listens  {address}",
        f"  docs     {address}/docs",
        f"  models   {len(spec.models)}, unknown ones are {_unknown(engine)}",
        f"  stages   {', '.join(_on(engine))}",
        "  routes",
    ]
    lines += [f"    {e.row.route:<40} {e.name}" for e in engine.endpoints]
    return "\n".join(lines)


def _on(engine: Engine) -> list[str]:
    """Return the stages that some endpoint runs, in the order of the pipeline."""
    on = {p.stage.name for e in engine.endpoints for p in e.stages if p.steps is not None}
    generators = {e.row.generate for e in engine.endpoints}
    order = engine.loaded.spec.pipeline
    return [name for name in order if name in on or (name == "generate" and generators - {None})]


def _unknown(engine: Engine) -> str:
    return "made on first use" if engine.registry.creates else "rejected"
