"""What the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.db.models import Q
from ninja import Field, FilterLookup, FilterSchema, Schema
from pydantic import ConfigDict, StringConstraints

from .models import FIRST_DUE, LAST_DUE, NOTES_LENGTH, TITLE_LENGTH, Todo

# PostgreSQL can't store NUL in text.
NO_NUL = r"^[^\x00]*$"
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH, pattern=NO_NUL)]
Notes = Annotated[str, StringConstraints(max_length=NOTES_LENGTH, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=TITLE_LENGTH, pattern=NO_NUL)]
Due = Annotated[date, Field(ge=FIRST_DUE, le=LAST_DUE)]


class TodoOut(Schema):
    """A to-do of its owner or, when it has a team, of everybody in that group."""

    id: int
    title: str
    notes: str
    due: date | None
    team: str | None
    owner: str
    done: bool
    done_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_team(todo: Todo) -> str | None:
        """Return the name of its group."""
        return todo.team.name if todo.team else None

    @staticmethod
    def resolve_owner(todo: Todo) -> str:
        """Return the username of its owner."""
        return todo.owner.get_username()

    @staticmethod
    def resolve_done(todo: Todo) -> bool:
        """Say whether it is done."""
        return todo.done_at is not None


class TodoIn(Schema):
    """A new to-do. ``team`` is the name of one of your groups; without one it is yours alone."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    notes: Notes = ""
    due: Due | None = None
    team: Words | None = None


class TodoPatch(Schema):
    """What to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    title: Title = Field(default_factory=str)
    notes: Notes = Field(default_factory=str)
    due: Due | None = None
    team: Words | None = None
    done: bool = Field(default_factory=bool)


class TodoFilter(FilterSchema):
    """Which to-dos to list: those for which everything given holds."""

    done: bool | None = None
    mine: Annotated[bool | None, FilterLookup("team__isnull")] = Field(None, description="yours alone, of no team")
    team: Annotated[Words | None, FilterLookup("team__name")] = None
    title: Annotated[Words | None, FilterLookup("__icontains")] = Field(None, description="part of the title")
    due_before: Annotated[date | None, FilterLookup("due__lt")] = None

    def filter_done(self, done: bool | None) -> Q:
        """Return what ``done`` means to the database."""
        return Q() if done is None else Q(done_at__isnull=not done)
