"""The state of the index."""

from __future__ import annotations

from portal.api import Revision

revision = Revision("search")
