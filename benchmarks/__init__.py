"""Measurements of a running server, as ratios to a bare ASGI app."""
