"""One server for all tests of the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

# One model that can do all, and one that thinks aloud first; ids by the request. No usage tells of
# hits, so that equal requests have equal answers.
OVERLAY = """
rate_limits: false
request_log: false
ids: fixed
kv_cache: { pools: { main: { prompt_cache: { minimum: 1_000_000 } } } }
templates: { answer_tokens: 30 }
reasoning:
  all:
    tokens: 20
    efforts: { none: 0, minimal: 0.1, low: 0.4, medium: 1, high: 3, xhigh: 6, max: 10 }
    default: none
models:
  all-round: &all
    { modalities: [text, image, audio, video, file], media: fixed, reasoning: all,
      context_window: 200k, max_output_tokens: 1_200 }
  by-characters: { <<: *all, tokenizer: characters }
"""


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a server with models for every request."""
    folder: Path = tmp_path_factory.mktemp("routes")
    return World(folder, OVERLAY)
