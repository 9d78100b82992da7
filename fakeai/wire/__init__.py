"""Bytes on the connection: requests, responses, server-sent events."""
