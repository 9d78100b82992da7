"""Structure in YAML, leaves in Jinja, compiled once."""
