"""The portal beside Backstage: its own clients against the portal's API, and its verdicts on files."""
