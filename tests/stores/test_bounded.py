"""The bounded table: who stays and who leaves when it is full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.stores.bounded import BoundedTable


class Entry:
    """An entry whose idle moment the test sets."""

    def __init__(self, idle_at: float) -> None:
        """Go idle at the given moment."""
        self.idle = idle_at
        self.queued_at = 0.0

    def idle_at(self) -> float:
        """Return the moment that was set."""
        return self.idle


def filled(idle_at: dict[str, float], entries_max: int) -> BoundedTable[str, Entry]:
    """Return a table with the entries given."""
    table: BoundedTable[str, Entry] = BoundedTable(entries_max)
    for key, moment in idle_at.items():
        table.add(key, Entry(moment))
    return table


def keys(table: BoundedTable[str, Entry]) -> set[str]:
    """Return the keys in a table."""
    return {key for key, _ in table.items()}


def test_the_entry_that_goes_idle_first_leaves() -> None:
    """A newcomer takes the place of the soonest idle entry, whatever the order of arrival."""
    table = filled({"busy": 90.0, "idle": 1.0, "later": 50.0}, 3)

    table.add("new", Entry(60.0))

    assert {"busy", "later", "new"} == keys(table)


def test_an_entry_that_was_used_since_stays() -> None:
    """The queue's old idea of an idle moment is corrected before anything leaves."""
    table = filled({"used": 1.0, "other": 5.0}, 2)
    entry = table.get("used")
    assert entry is not None
    entry.idle = 100.0

    table.add("new", Entry(60.0))

    assert {"used", "new"} == keys(table)


def test_a_hastened_entry_leaves_first() -> None:
    """An entry that became idle sooner than was thought is found."""
    table = filled({"held": float("inf"), "other": 50.0}, 2)
    entry = table.get("held")
    assert entry is not None
    entry.idle = 2.0
    table.hasten("held", entry)

    table.add("new", Entry(60.0))

    assert {"other", "new"} == keys(table)


def test_equal_entries_leave_in_the_order_of_arrival() -> None:
    """Among equals the oldest goes."""
    table = filled({"first": 5.0, "second": 5.0}, 2)

    table.add("third", Entry(5.0))

    assert {"second", "third"} == keys(table)


def test_remove_tells_whether_there_was_anything() -> None:
    """An entry can be taken out once."""
    table = filled({"a": 5.0}, 2)

    assert [True, False] == [table.remove("a"), table.remove("a")]
    assert table.get("a") is None


def test_a_key_that_comes_back_is_not_taken_for_its_old_self() -> None:
    """The queue's place of a removed entry says nothing about its successor."""
    table = filled({"a": 1.0, "b": 50.0}, 2)
    table.remove("a")
    table.add("a", Entry(90.0))

    table.add("c", Entry(60.0))

    assert {"a", "c"} == keys(table)


def test_the_queue_is_bounded_too() -> None:
    """Removals and hastenings do not let the queue grow."""
    table = filled({}, 4)
    entry = Entry(1e9)
    table.add("hastened", entry)
    sizes = []
    for round_ in range(1000):
        entry.idle -= 1
        table.hasten("hastened", entry)
        table.add(f"passing {round_}", Entry(round_))
        table.remove(f"passing {round_}")
        sizes.append(len(table._queue))

    assert max(sizes) <= 9


def test_a_bound_of_nothing_is_refused() -> None:
    """A table holds at least one entry."""
    with pytest.raises(ValueError, match="positive"):
        BoundedTable(0)


@given(st.data())
def test_no_active_entry_leaves_while_an_idle_one_exists(data: st.DataObject) -> None:
    """Whatever happens between, only an entry with the least idle moment ever leaves."""
    table = filled({}, 4)
    moments = st.integers(0, 20).map(float)
    for key in map(str, range(data.draw(st.integers(5, 25)))):
        held = dict(table.items())
        for entry_key in data.draw(st.lists(st.sampled_from(sorted(held)))) if held else []:
            held[entry_key].idle = data.draw(moments)
            table.hasten(entry_key, held[entry_key])
        table.add(key, Entry(data.draw(moments)))

        gone = [entry.idle for old, entry in held.items() if table.get(old) is None]
        left = [entry.idle for old, entry in held.items() if table.get(old) is not None]

        assert [True] * len(gone) == [moment <= min(left) for moment in gone]
        assert min(len(held) + 1, 4) == len(table)
