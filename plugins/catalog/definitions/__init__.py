"""Definitions of APIs, read into operations that a page can show."""
