"""uvicorn without its file watcher; imported before others import it."""

from __future__ import annotations

from fakeai.core.later import absent

with absent("watchfiles"):  # 1 MB, for the reloader of its own command
    import uvicorn

__all__ = ["uvicorn"]
