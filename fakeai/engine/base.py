"""uvicorn without what only its own command needs; imported before others import it."""

from __future__ import annotations

from fakeai.core.later import absent

with absent("watchfiles"):  # 1 MB, for its reloader
    import uvicorn

__all__ = ["uvicorn"]
