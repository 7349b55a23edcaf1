"""Providers: what finds locations by asking a host of Git for an organisation's repositories."""
