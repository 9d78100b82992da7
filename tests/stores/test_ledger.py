"""What was used, by minute and account."""

from __future__ import annotations

from decimal import Decimal

from fakeai.stores.ledger import Account, Entry, Ledger, Query

DAY_S = 86_400
ANN, BOB = ("p", "ann", "small"), ("p", "bob", "large")


def ledger(*times_s: int, entries_max: int = 100) -> Ledger:
    """Return a ledger in which Ann and Bob each used something at these times."""
    book = Ledger(entries_max)
    for time_s in times_s:
        for account in (ANN, BOB):
            book.entry(time_s, *account).add(Entry(requests=1, cost_usd=Decimal("0.1")))
    return book


def test_every_bucket_is_there() -> None:
    """Those in which nothing was used are empty."""
    buckets = ledger(DAY_S + 5).report(Query(start_s=0, width_s=DAY_S, buckets=3))

    assert [(0, DAY_S), (DAY_S, 2 * DAY_S), (2 * DAY_S, 3 * DAY_S)] == [
        (bucket.start_s, bucket.end_s) for bucket in buckets
    ]
    assert [0, 1, 0] == [len(bucket.lines) for bucket in buckets]


def test_sums_are_exact() -> None:
    """Ten times a tenth is one."""
    book = ledger(*range(0, 600, 60))
    (bucket,) = book.report(Query(start_s=0, width_s=DAY_S, buckets=1, only={"key": ["ann"]}))

    assert [Decimal(1)] == [line.sums.cost_usd for line in bucket.lines]
    assert [10] == [line.sums.requests for line in bucket.lines]


def test_a_minute_of_an_account_is_one_entry() -> None:
    """To which everybody adds; the next minute has another one, and so has another model."""
    book = Ledger(100)
    first = book.entry(60.0, *ANN)

    assert first is book.entry(119.9, *ANN)
    assert first is not book.entry(120.0, *ANN)
    assert first is not book.entry(60.0, "p", "ann", "large")
    assert first is not book.entry(60.0, None, "ann", "small")


def test_lines_are_kept_apart_by_what_is_asked() -> None:
    """What is not asked for is null in the account of a line."""
    (by_key,) = ledger(0).report(Query(start_s=0, width_s=60, buckets=1, group_by=["key"]))
    (by_both,) = ledger(0).report(
        Query(start_s=0, width_s=60, buckets=1, group_by=["project", "model"])
    )

    assert [Account(key="ann"), Account(key="bob")] == [line.account for line in by_key.lines]
    assert ["small", "large"] == [line.account.model for line in by_both.lines]


def test_what_is_outside_does_not_count() -> None:
    """Before the first bucket, after the last one, and accounts that were not asked for."""
    query = Query(start_s=60, width_s=60, buckets=1, only={"model": ["large"]})
    (bucket,) = ledger(0, 60, 120).report(query)

    assert [1] == [line.sums.requests for line in bucket.lines]


def test_the_oldest_entries_go_first() -> None:
    """The ledger never holds more than its bound."""
    book = ledger(0, 60, 120, entries_max=2)
    buckets = book.report(Query(start_s=0, width_s=60, buckets=3))

    assert [0, 0, 2] == [sum(line.sums.requests for line in b.lines) for b in buckets]


def test_a_report_leaves_the_ledger_as_it_is() -> None:
    """Asking twice gives the same."""
    book = ledger(0, 60)
    query = Query(start_s=0, width_s=DAY_S, buckets=1)

    assert book.report(query) == book.report(query)
