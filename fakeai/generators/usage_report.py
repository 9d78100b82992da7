"""usage_report: what was used and what it cost, from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.outcome import Outcome, Report
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.stores.ledger import Ledger, Query

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.inputs import ReportQuery
    from fakeai.pipeline.params import Params

#: What no account has.
_NOTHING: Final[dict[str, list[str]]] = {"model": []}
#: Unix times after the year 9999 are no dates.
_TIME_MAX_S: Final = 253_402_300_800


def compile_usage_report(_config: None, build: Build) -> Steps | None:
    """Return the step that reads the ledger."""
    parts = build.shared.parts

    def enter(exchange: Exchange) -> None:
        asked = exchange.inputs.report
        if asked is None:
            return
        width_s = asked.width_s
        start_s, end_s = _span(asked, exchange.wall, exchange.inputs.params)
        wanted = max(0, -(-(end_s - start_s) // width_s))
        count = min(wanted, asked.limit)
        query = Query(
            start_s=start_s,
            width_s=width_s,
            buckets=count,
            group_by=asked.group_by,
            only=_NOTHING if asked.nothing else {k: v for k, v in asked.only.items() if v},
        )
        ledger = parts.get("ledger")
        buckets = ledger.report(query) if isinstance(ledger, Ledger) else []
        next_page = str(start_s + count * width_s) if count < wanted else None
        exchange.outcome = Outcome(report=Report(buckets=buckets, next_page=next_page))

    return Steps(enter=enter)


def _span(asked: ReportQuery, now_s: float, params: Params) -> tuple[int, int]:
    """Return where the report begins, on a border of buckets, and where it ends."""
    start_s, end_s = asked.start_s, int(now_s) + 1 if asked.end_s is None else asked.end_s
    if end_s <= asked.start_s and asked.end_s is not None:
        message = "The end of the report must be after its start."
        raise ApiError("invalid", message, param=params.report_end)
    if asked.page is not None:
        if not (asked.page.isascii() and asked.page.isdigit() and len(asked.page) < 16):
            message = f"'{asked.page}' is no page of this report."
            raise ApiError("invalid", message, param=params.report_page)
        start_s = int(asked.page)
    return start_s // asked.width_s * asked.width_s, min(end_s, _TIME_MAX_S)


STAGE = Stage(
    name="usage_report",
    summary="Reports what was used and what it cost, in buckets of time.",
    compile=compile_usage_report,
    reads=frozenset({"inputs"}),
    writes=frozenset({"outcome"}),
    refuses=("invalid",),
)
