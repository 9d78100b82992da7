"""The prefix tree against a naive one that searches all it holds."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakeai.sim import radix
from fakeai.sim.radix import PrefixTree, TreeStats
from tests.sim.token_keys import TokenHasher

Prefix = tuple[int, ...]
PROMPTS = st.lists(st.integers(0, 1), max_size=8)


def _keys(count: int, salt: str = "m") -> list[int]:
    return TokenHasher(salt, block_size=1).of_tokens(range(count))


def _cached(tree: PrefixTree, keys: list[int], now_s: float = 0.0) -> None:
    tree.allocate(keys, 0, len(keys))
    tree.release(keys, len(keys), now_s=now_s)


@dataclass
class NaiveTree:
    """Prefixes with a count and a time of release; everything is searched for."""

    capacity: int
    counts: dict[Prefix, int] = field(default_factory=dict)
    released: dict[Prefix, int] = field(default_factory=dict)
    private: int = 0
    tick: int = 0
    evicted: int = 0

    def match(self, prompt: list[int]) -> int:
        """Return the longest prefix of the prompt that is among the prefixes."""
        return max(
            (n for n in range(1, len(prompt) + 1) if tuple(prompt[:n]) in self.counts), default=0
        )

    def used(self) -> int:
        """Return the prefixes that somebody holds, and the private blocks."""
        return sum(count > 0 for count in self.counts.values()) + self.private

    def allocate(self, prompt: list[int], private: int) -> int:
        """Hold every prefix of a prompt."""
        prefixes = [tuple(prompt[: n + 1]) for n in range(len(prompt))]
        new = sum(self.counts.get(prefix, 0) == 0 for prefix in prefixes)
        lacking = self.used() + new + private - self.capacity
        if lacking > 0:
            return lacking
        for prefix in prefixes:
            self.counts[prefix] = self.counts.get(prefix, 0) + 1
        self.private += private
        while len(self.counts) + self.private > self.capacity:
            self._evict()
        return 0

    def release(self, prompt: list[int], private: int) -> None:
        """Give every prefix back."""
        self.tick += 1
        for n in range(len(prompt)):
            self.counts[tuple(prompt[: n + 1])] -= 1
            self.released[tuple(prompt[: n + 1])] = self.tick
        self.private -= private

    def cache(self, prompt: list[int], private: int, said: list[int]) -> None:
        """Give back and hold again what fits of all, one block after the other; then let it go."""
        self.release(prompt, private)
        while self.allocate(said, 0):
            said = said[:-1]
        self.release(said, 0)

    def _evict(self) -> None:
        inner = {prefix[:-1] for prefix in self.counts}
        leaves = [p for p, count in self.counts.items() if count == 0 and p not in inner]
        oldest = min(leaves, key=lambda prefix: (self.released[prefix], -len(prefix)))
        del self.counts[oldest]
        self.evicted += 1


class TreeMachine(RuleBasedStateMachine):
    """Sequences come and go in any order, on both trees."""

    @initialize(capacity=st.integers(1, 12))
    def start(self, capacity: int) -> None:
        """Make both trees."""
        self.hasher = TokenHasher("m", block_size=1)
        self.tree = PrefixTree(capacity)
        self.naive = NaiveTree(capacity)
        self.held: list[tuple[list[int], int]] = []

    @rule(prompt=PROMPTS, private=st.integers(0, 3))
    def allocate(self, prompt: list[int], private: int) -> None:
        """Ask for the blocks of a sequence."""
        keys = self.hasher.of_tokens(prompt)
        hit = self.naive.match(prompt)

        assert hit == self.tree.match(keys)

        lacking = self.naive.allocate(prompt, private)

        assert lacking == self.tree.allocate(keys, 0, len(keys), private)

        if not lacking:
            self.held.append((prompt, private))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """End a sequence: it finishes, fails or is gone."""
        prompt, private = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        self.naive.release(prompt, private)
        self.tree.release(self.hasher.of_tokens(prompt), len(prompt), private)

    @rule(prompt=PROMPTS)
    def pin(self, prompt: list[int]) -> None:
        """Hold what is resident of a prompt."""
        hit = prompt[: self.naive.match(prompt)]
        self.naive.allocate(hit, 0)
        self.tree.pin(self.hasher.of_tokens(prompt), len(hit))
        self.held.append((hit, 0))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), answer=PROMPTS)
    def cache(self, data: st.DataObject, answer: list[int]) -> None:
        """End a sequence and leave it cached, with an answer."""
        prompt, private = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        said = prompt + answer
        self.naive.cache(prompt, private, said)
        self.tree.cache(self.hasher.of_tokens(said), len(prompt), private, 0.0)

    @rule(prompts=st.lists(PROMPTS, min_size=1, max_size=2), answer=PROMPTS, keep=st.booleans())
    def come_and_go(self, prompts: list[list[int]], answer: list[int], *, keep: bool) -> None:
        """Pin and give back before anybody looks; of two, the first comes and goes first."""
        hits = [prompt[: self.naive.match(prompt)] for prompt in prompts]
        for prompt, hit in zip(prompts, hits, strict=True):
            self.naive.allocate(hit, 0)
            self.tree.pin(self.hasher.of_tokens(prompt), len(hit))
        for prompt, hit in zip(prompts, hits, strict=True):
            said = prompt + answer
            if keep:
                self.naive.cache(hit, 0, said)
                self.tree.cache(self.hasher.of_tokens(said), len(hit), 0, 0.0)
            else:
                self.naive.release(hit, 0)
                self.tree.release(self.hasher.of_tokens(prompt), len(hit))

    @rule(prompt=PROMPTS)
    def match(self, prompt: list[int]) -> None:
        """Find the longest common block prefix with what is held or cached."""
        assert self.naive.match(prompt) == self.tree.match(self.hasher.of_tokens(prompt))

    @invariant()
    def counts_agree(self) -> None:
        """Check that both trees hold as much, and never more than their capacity."""
        stats = self.tree.stats()
        naive = self.naive

        assert naive.used() == stats.used_blocks
        assert len(naive.counts) + naive.private == stats.used_blocks + stats.idle_blocks
        assert naive.evicted == stats.evicted_blocks
        assert stats.used_blocks + stats.idle_blocks <= stats.capacity_blocks

    def teardown(self) -> None:
        """Check that nothing is held when all have gone."""
        for prompt, private in self.held:
            self.tree.release(self.hasher.of_tokens(prompt), len(prompt), private)

        assert 0 == self.tree.used_blocks


TestTree = TreeMachine.TestCase


@pytest.mark.parametrize("long", [0, 64])
def test_blocks_that_are_used_again_and_again_are_remembered_once(
    monkeypatch: pytest.MonkeyPatch, long: int
) -> None:
    """Prompts that share blocks come and go a thousand times: order, counts and memory hold."""
    monkeypatch.setattr(radix, "_LONG", long)
    hasher, rng = TokenHasher("m", block_size=1), random.Random(1)
    tree, naive = PrefixTree(12), NaiveTree(12)
    for _ in range(3000):
        prompt = [rng.randrange(2) for _ in range(rng.randrange(1, 9))]
        keys, hit = hasher.of_tokens(prompt), naive.match(prompt)

        assert hit == tree.match(keys)

        tree.pin(keys, hit)
        tree.cache(keys, hit, 0, 0.0)
        naive.cache([], 0, prompt)

        assert naive.evicted == tree.stats().evicted_blocks

    assert tree._queued < 2 * (12 * 4 + 1024)


def test_allocation_continues_where_the_caller_stands() -> None:
    """A sequence grows by the blocks after those it holds."""
    tree = PrefixTree(4)
    keys = _keys(4)
    tree.allocate(keys, 0, 2)

    assert 0 == tree.allocate(keys, 2, 4)
    assert 4 == tree.used_blocks


def test_a_private_block_turns_into_a_keyed_one_in_a_full_tree() -> None:
    """A negative count gives private blocks back in the same breath."""
    tree = PrefixTree(2)
    keys = _keys(2)
    tree.allocate(keys, 0, 1, 1)

    assert 0 == tree.allocate(keys, 1, 2, -1)
    assert 2 == tree.match(keys)


def test_lacking_blocks_are_told_and_nothing_changes() -> None:
    """A prompt that does not fit leaves the tree as it was."""
    tree = PrefixTree(3)
    _cached(tree, _keys(2))
    before = tree.stats()

    assert 2 == tree.allocate(_keys(4, "n"), 0, 4, 1)
    assert before == tree.stats()


def test_expiry_takes_what_was_idle_before() -> None:
    """Blocks idle since the given time stay."""
    tree = PrefixTree(4)
    _cached(tree, _keys(2), now_s=1.0)
    _cached(tree, _keys(2, "n"), now_s=2.0)
    tree.expire(2.0)

    assert [0, 2] == [tree.match(_keys(2)), tree.match(_keys(2, "n"))]


def test_clear_spares_what_is_held() -> None:
    """Resetting the cache does not touch running sequences."""
    tree = PrefixTree(4)
    tree.allocate(_keys(2), 0, 2)
    _cached(tree, _keys(2, "n"))
    tree.clear()

    assert (
        TreeStats(capacity_blocks=4, used_blocks=2, idle_blocks=0, evicted_blocks=2) == tree.stats()
    )


def test_usage_is_the_held_share() -> None:
    """Idle blocks do not count as used; a tree without capacity is unused."""
    tree = PrefixTree(4)
    tree.allocate(_keys(1), 0, 1)
    _cached(tree, _keys(2, "n"))

    assert [0.25, 0.0] == [tree.stats().usage, PrefixTree(0).stats().usage]
