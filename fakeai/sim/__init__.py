"""Pure models: tokens, text, latency; no I/O, no clock."""
