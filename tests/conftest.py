"""What holds for every test."""

from __future__ import annotations

from importlib.util import find_spec

from hypothesis import settings

# `make test-clients` has the frameworks; without them their programs are not tests.
FRAMEWORKS = ("agents", "instructor", "langchain", "langchain_openai", "pydantic_ai")
collect_ignore = [] if all(map(find_spec, FRAMEWORKS)) else ["clients"]

# The same examples in every run, and no deadline: a busy machine is not a failure.
settings.register_profile("fakeai", deadline=None, derandomize=True)
settings.load_profile("fakeai")
