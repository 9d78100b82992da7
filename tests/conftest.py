"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run, and no deadline: a busy machine is not a failure.
settings.register_profile("fakeai", deadline=None, derandomize=True)
settings.load_profile("fakeai")
