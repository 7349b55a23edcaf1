"""Measures what the portal promises about itself; README.md says how to read the figures."""
