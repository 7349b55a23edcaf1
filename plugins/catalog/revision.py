"""The state of the catalog, under whose token counts, pages of keys and answers of the API are kept."""

from __future__ import annotations

from portal.api import Revision

revision = Revision("catalog")
