"""Bans: strikes, their fading, the ladder, and the bound."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.stores.bans import MemoryBans
from fakeai.stores.port import Ban, Rung, Subject

LADDER = [Rung(at=5, for_s=300), Rung(at=30, for_s=3600), Rung(at=50, for_s=86_400)]
ANN = Subject("ip", "192.0.2.1")
BOB = Subject("key", "bob")


def bans(subjects_max: int = 100) -> MemoryBans:
    """Return bans with the usual ladder and a half-life of ten minutes."""
    return MemoryBans(LADDER, decay_s=600, subjects_max=subjects_max)


def struck(store: MemoryBans, times: int, now: float, subject: Subject = ANN) -> Ban | None:
    """Strike several times in a moment and return the last answer."""
    return [store.strike(subject, 1, now) for _ in range(times)][-1]


def test_strikes_below_the_ladder_do_not_ban() -> None:
    """Four are not five."""
    store = bans()

    assert struck(store, 4, 0.0) is None
    assert store.banned_until(ANN, 0.0) is None


def test_the_fifth_strike_bans_until_the_moment_told() -> None:
    """A ban of five minutes ends after five minutes, to the moment."""
    store = bans()

    assert Ban(ANN, 5.0, 310.0) == struck(store, 5, 10.0)
    assert [310.0, None] == [store.banned_until(ANN, now) for now in (309.999, 310.0)]


@pytest.mark.parametrize(
    ("weight", "ban_s"), [(5, 300), (29.3, 300), (30, 3600), (50, 86_400), (900, 86_400)]
)
def test_the_highest_rung_reached_counts(weight: float, ban_s: float) -> None:
    """A single grave strike goes straight to its rung."""
    assert Ban(ANN, weight, ban_s) == bans().strike(ANN, weight, 0.0)


def test_scores_halve() -> None:
    """Four strikes are two after ten minutes and one after twenty, so it takes four more."""
    store = bans()
    struck(store, 4, 0.0)

    assert struck(store, 3, 1200.0) is None
    assert Ban(ANN, 5.0, 1500.0) == struck(store, 1, 1200.0)


def test_a_ban_ends_and_comes_again_sooner() -> None:
    """Five minutes on, the score is 3.5: one strike is forgiven, the second bans again."""
    store = bans()
    struck(store, 5, 0.0)

    assert store.strike(ANN, 1, 300.0) is None
    assert 600.0 == getattr(store.strike(ANN, 1, 300.0), "until", None)


def test_strikes_while_banned_climb_the_ladder() -> None:
    """Whoever goes on through a ban reaches the next rung."""
    store = bans()
    struck(store, 29, 0.0)

    assert 3600.0 == getattr(store.strike(ANN, 1, 0.0), "until", None)


def test_no_strike_shortens_a_ban() -> None:
    """A score that has fallen to a lower rung leaves the ban as it is."""
    store = bans()
    store.strike(ANN, 50, 0.0)

    assert 86_400.0 == getattr(store.strike(ANN, 1, 3000.0), "until", None)


def test_lifting_forgets_the_strikes_too() -> None:
    """A lifted subject has its whole patience again, and there is nothing more to lift."""
    store = bans()
    struck(store, 5, 0.0)

    assert [True, False] == [store.lift(ANN), store.lift(ANN)]
    assert struck(store, 4, 0.0) is None
    assert Ban(ANN, 5.0, 300.0) == struck(store, 1, 0.0)


def test_an_address_and_a_key_of_one_name_are_two_subjects() -> None:
    """The scope is part of who is banned."""
    store = bans()
    struck(store, 5, 0.0, Subject("ip", "bob"))

    assert store.banned_until(BOB, 0.0) is None


def test_the_list_has_the_bans_in_force() -> None:
    """The longest comes first, ended ones and mere strikes are left out."""
    store = bans()
    struck(store, 5, 0.0)
    struck(store, 2, 0.0, Subject("ip", "192.0.2.9"))
    store.strike(BOB, 32, 0.0)

    assert [Ban(BOB, 32.0, 3600.0), Ban(ANN, 5.0, 300.0)] == store.active(0.0)
    assert [Ban(BOB, 16.0, 3600.0)] == store.active(600.0)


def test_a_flood_of_subjects_stays_under_the_bound() -> None:
    """200,000 addresses with a strike each free nobody who is banned."""
    store = bans(subjects_max=1000)
    struck(store, 5, 0.0)
    struck(store, 3, 0.0, BOB)
    for stranger in range(200_000):
        store.strike(Subject("ip", f"198.51.{stranger}"), 1, stranger / 1e3)

    assert 1000 == len(store)
    assert [ANN] == [ban.subject for ban in store.active(299.0)]


def test_weights_of_nothing_do_nothing() -> None:
    """A kind of refusal that weighs nothing never bans, and its record is idle at once."""
    store = bans(subjects_max=1)
    store.strike(ANN, 0.0, 0.0)
    struck(store, 5, 0.0, BOB)

    assert [BOB] == [ban.subject for ban in store.active(0.0)]


def test_a_score_that_never_fades_is_refused() -> None:
    """The half-life is a positive time."""
    with pytest.raises(ValueError, match="positive"):
        MemoryBans(LADDER, decay_s=0, subjects_max=1)


@given(st.lists(st.tuples(st.integers(0, 900), st.sampled_from([0.25, 1.0, 3.0])), max_size=40))
def test_a_ban_lasts_at_least_what_was_told(strikes: list[tuple[int, float]]) -> None:
    """Whatever else is struck, nobody is let in before the end that was told."""
    store = bans()
    now, told = 0.0, 0.0
    for pause_s, weight in strikes:
        now += pause_s
        until = store.banned_until(ANN, now)
        assert told <= now or until == told
        ban = store.strike(ANN, weight, now)
        told = max(told, ban.until if ban else 0.0)

    assert (store.banned_until(ANN, told - 1e-3) is not None) == (told > 0.0)
    assert store.banned_until(ANN, told) is None


def test_the_latest_end_covers_every_ban() -> None:
    """No ban lasts beyond it, strikes alone do not move it, and at first there is none."""
    store = bans()
    struck(store, 4, 0.0)
    before = store.latest_end
    ends = []
    for now, subject in ((0.0, ANN), (100.0, BOB), (0.0, ANN)):
        struck(store, 5, now, subject)
        ends.append(store.latest_end)

    assert -math.inf == before
    assert [300.0, 400.0, 400.0] == ends
