"""Foyer's host: it loads plugins, guards them and assembles their pages and cards."""

__version__ = "1.0.0"
