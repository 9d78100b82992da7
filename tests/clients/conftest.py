"""The live server for programs of frameworks."""

from __future__ import annotations

from tests.live import base_url, live

__all__ = ["base_url", "live"]
