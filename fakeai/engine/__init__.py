"""Compiled endpoints; the only room that knows Litestar."""
