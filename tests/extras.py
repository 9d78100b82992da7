"""The optional extras, and the tests that need them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import pytest

HAS_BPE: Final = find_spec("rs_bpe") is not None

needs_bpe: Final = pytest.mark.skipif(not HAS_BPE, reason="fakeai[bpe] is not installed")
