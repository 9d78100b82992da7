"""The live server for the clients of the APIs' own makers."""

from __future__ import annotations

from tests.live import base_url, live

__all__ = ["base_url", "live"]
