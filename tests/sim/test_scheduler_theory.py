"""The step model against an independent simulation and queueing theory."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest

from fakeai.sim.batch import StepTiming
from fakeai.sim.scheduler import StepScheduler
from fakeai.sim.sequence import QueueLimits, Request, Sequence

Job = tuple[float, int, int]
"""Arrival, prompt tokens, output tokens."""

TIMING = StepTiming(
    base_s=0.01, per_prefill_token_s=0.0001, per_decode_seq_s=0.0005, per_context_token_s=0.000_002
)


def _jobs(count: int, rate: float, rng: random.Random) -> list[Job]:
    now_s, jobs = 0.0, []
    for _ in range(count):
        now_s += rng.expovariate(rate)
        jobs.append((now_s, rng.randrange(1, 400), rng.randrange(1, 40)))
    return jobs


def _simulate(jobs: list[Job], slots: int, budget: int, timing: StepTiming) -> list[Sequence]:
    limits = QueueLimits(max_num_seqs=slots, max_waiting=len(jobs))
    scheduler = StepScheduler(limits, timing, random.Random(1), max_num_batched_tokens=budget)
    sequences = []
    for arrival_s, prompt, output in jobs:
        request = Request(prompt_tokens=prompt, output_tokens=output)
        sequence = scheduler.submit(request, arrival_s)
        assert sequence is not None
        sequences.append(sequence)
        scheduler.advance(arrival_s)
    while scheduler.next_event_time() < math.inf:
        scheduler.advance(scheduler.next_event_time())
    return sequences


class NaiveJob:
    """A job as the plain loop keeps it: what is left, what is made, and when."""

    def __init__(self, prompt: int, output: int) -> None:
        """Start with all of the prompt left."""
        self.prompt, self.output = prompt, output
        self.prompt_left, self.made = prompt, 0
        self.admitted_s = self.first_s = self.end_s = math.nan

    def seconds(self, share: int) -> float:
        """Return what a share of a step costs."""
        if self.prompt_left:
            return 0.0001 * share
        return 0.0005 + 0.000_002 * (self.prompt + self.made - 1)

    def finish(self, share: int, now_s: float) -> None:
        """Take the result of a step."""
        self.prompt_left = max(0, self.prompt_left - share)
        self.made += not self.prompt_left
        if self.made == 1:
            self.first_s = now_s
        if self.made == self.output:
            self.end_s = now_s


def _naive(jobs: list[Job], slots: int, budget: int) -> list[NaiveJob]:
    """Return the jobs after a plain loop over steps."""
    done = [NaiveJob(prompt, output) for _, prompt, output in jobs]
    outside = [(arrival_s, job) for (arrival_s, _, _), job in zip(jobs, done, strict=True)]
    inside: list[NaiveJob] = []
    now_s = 0.0
    while inside or outside:
        if not inside:
            now_s = max(now_s, outside[0][0])
        while outside and outside[0][0] <= now_s and len(inside) < slots:
            inside.append(outside.pop(0)[1])
        shares, room = [], budget
        for job in inside:
            shares.append(min(room, job.prompt_left or 1))
            room -= shares[-1]
            if shares[-1] and math.isnan(job.admitted_s):
                job.admitted_s = now_s
        work = [(job, share) for job, share in zip(inside, shares, strict=True) if share]
        now_s += 0.01 + sum(job.seconds(share) for job, share in work)
        for job, share in work:
            job.finish(share, now_s)
        inside = [job for job in inside if math.isnan(job.end_s)]
    return done


@pytest.mark.parametrize(
    ("slots", "budget", "rate"), [(8, 512, 20.0), (16, 64, 8.0), (3, 2048, 6.0)]
)
def test_times_equal_a_naive_simulation(slots: int, budget: int, rate: float) -> None:
    """Admission, first token and end of every request are those of a plain loop."""
    jobs = _jobs(400, rate, random.Random(5))
    sequences = _simulate(jobs, slots, budget, TIMING)
    simulated = [time for s in sequences for time in (s.admitted_s, s.made_s[0], s.made_s[-1])]
    expected = [
        time
        for job in _naive(jobs, slots, budget)
        for time in (job.admitted_s, job.first_s, job.end_s)
    ]

    assert pytest.approx(expected, abs=1e-6) == simulated


def _erlang_c(servers: int, load: float) -> float:
    """Return the share of arrivals that find all servers busy in an M/M/k queue."""
    offered = servers * load
    terms = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last)


def _geometric_jobs(count: int, rate: float, mean_steps: int) -> list[Job]:
    rng = random.Random(11)
    now_s = 0.0
    jobs: list[Job] = []
    for _ in range(count):
        now_s += rng.expovariate(rate)
        steps = math.ceil(math.log(1 - rng.random()) / math.log(1 - 1 / mean_steps))
        jobs.append((now_s, 1, max(1, steps)))
    return jobs


def test_poisson_arrivals_wait_as_a_queue_with_k_servers() -> None:
    """Queue wait and utilisation of an M/G/k queue, within 5 %."""
    servers, load, mean_steps, step_s = 6, 0.75, 25, 0.01
    jobs = _geometric_jobs(30_000, servers * load / (mean_steps * step_s), mean_steps)
    sequences = _simulate(jobs, servers, 100, StepTiming(base_s=step_s))

    queued = _erlang_c(servers, load)
    variation = 1 - 1 / mean_steps
    wait_s = queued * mean_steps * step_s / (servers * (1 - load)) * (1 + variation) / 2
    # Who finds a slot still waits for the end of the step, half of one on average.
    wait_s += (1 - queued) * step_s / 2
    busy = sum(s.generated_tokens for s in sequences) * step_s / (jobs[-1][0] * servers)

    assert pytest.approx(wait_s, rel=0.05) == fmean(s.queue_wait_s for s in sequences)
    assert pytest.approx(load, rel=0.05) == busy


def test_throughput_of_a_full_batch_follows_the_physics() -> None:
    """A saturated engine makes its batch size of tokens a step."""
    slots, context = 32, 64 + 100 / 2
    timing = StepTiming(base_s=0.01, per_decode_seq_s=0.0002, per_context_token_s=0.000_001)
    sequences = _simulate([(0.0, 64, 100)] * 320, slots, 4096, timing)
    step_s = 0.01 + slots * (0.0002 + context * 0.000_001)
    tokens_per_s = sum(s.generated_tokens for s in sequences) / sequences[-1].made_s[-1]

    assert pytest.approx(slots / step_s, rel=0.05) == tokens_per_s
