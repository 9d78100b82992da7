"""One behaviour of the lifecycle a file."""
