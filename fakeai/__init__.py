"""A mock LLM API server that is compiled out of one YAML spec."""
