"""Editing entities: the YAML to commit is made and judged here, and written by whoever commits it."""
