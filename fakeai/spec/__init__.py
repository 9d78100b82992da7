"""YAML to Spec: loading, merging, checking; knows no HTTP."""
