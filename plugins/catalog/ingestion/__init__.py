"""From the configured locations to rows: find, read, check, store."""
