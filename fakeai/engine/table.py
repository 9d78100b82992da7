"""What is built in: every stage and every generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.generators import cache_reset, completion, models, tokenize, usage_report
from fakeai.generators import resources as resource_acts
from fakeai.stages import (
    abuse,
    auth,
    body,
    capabilities,
    context,
    injection,
    inputs,
    kv_cache,
    latency,
    ledger,
    metrics,
    model,
    pricing,
    rate_limits,
    request_log,
    resources,
    respond,
    schema,
    simulation_headers,
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
        metrics.STAGE,
        abuse.STAGE,
        body.STAGE,
        injection.STAGE,
        rate_limits.STAGE,
        auth.STAGE,
        schema.STAGE,
        inputs.STAGE,
        model.STAGE,
        capabilities.STAGE,
        context.STAGE,
        tokens.STAGE,
        kv_cache.STAGE,
        latency.STAGE,
        pricing.STAGE,
        ledger.STAGE,
        simulation_headers.STAGE,
        resources.STAGE,
        respond.STAGE,
    )
}

GENERATORS: Final[dict[str, Stage]] = {
    stage.name: stage
    for stage in (
        completion.STAGE,
        tokenize.STAGE,
        usage_report.STAGE,
        cache_reset.STAGE,
        *models.STAGES,
        *resource_acts.STAGES,
    )
}


def sections() -> dict[str, Any]:
    """Return the type of every section that belongs to a stage."""
    return {stage.section_name: stage.config for stage in STAGES.values() if stage.config}
