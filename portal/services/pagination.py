"""Pages of an API list, of a bounded size."""

from __future__ import annotations

from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """Give to ninja's ``@paginate``: ``limit`` 25 by default and 100 at most, ``offset`` up to a million.

    The answer is ``{"items": […], "count": total}``.
    """

    class Input(Schema):
        """Where a page begins and how long it is."""

        limit: int = Field(25, ge=1, le=100)
        offset: int = Field(0, ge=0, le=1_000_000)
