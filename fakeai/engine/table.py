"""What is built in: every stage, in the default order, and every generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.generators import completion
from fakeai.stages import (
    body,
    context,
    inputs,
    latency,
    model,
    pricing,
    request_log,
    respond,
    schema,
    tokens,
)

if TYPE_CHECKING:
    from fakeai.pipeline.stage import Stage

#: The place in `pipeline:` where an endpoint's generator runs.
GENERATE: Final = "generate"

STAGES: Final[dict[str, Stage]] = {
    stage.name: stage
    for stage in (
        request_log.STAGE,
        body.STAGE,
        schema.STAGE,
        inputs.STAGE,
        model.STAGE,
        context.STAGE,
        tokens.STAGE,
        pricing.STAGE,
        latency.STAGE,
        respond.STAGE,
    )
}

GENERATORS: Final[dict[str, Stage]] = {stage.name: stage for stage in (completion.STAGE,)}


def sections() -> dict[str, Any]:
    """Return the type of every section that belongs to a stage."""
    return {stage.section_name: stage.config for stage in STAGES.values() if stage.config}
