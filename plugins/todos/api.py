from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.transaction import atomic
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status
from ninja.errors import ValidationError
from ninja.pagination import paginate

from portal.api import Pages, teams
from portal.plugin import requires

from .models import Todo, TodoQuerySet
from .schemas import TodoFilter, TodoIn, TodoOut, TodoPatch

router = Router(tags=["To-dos"])


@router.get("/todos", response=list[TodoOut])
@paginate(Pages)
@requires("todos.read")
def list_todos(request: HttpRequest, filters: Query[TodoFilter]) -> TodoQuerySet:
    """List your to-dos and those of your teams, the most urgent first."""
    return filters.filter(_visible(request))


@router.post("/todos", response={201: TodoOut})
@requires("todos.write")
def add_todo(request: HttpRequest, todo: TodoIn) -> Status[Todo]:
    """Add a to-do."""
    values = todo.model_dump()
    values["team"] = _team(request, todo.team)
    return Status(201, Todo.objects.create(owner=request.user, **values))


@router.get("/todos/{int:todo_id}", response=TodoOut)
@requires("todos.read")
def get_todo(request: HttpRequest, todo_id: int) -> Todo:
    """Return one to-do."""
    return get_object_or_404(_visible(request), pk=todo_id)


@router.patch("/todos/{int:todo_id}", response=TodoOut)
@requires("todos.write")
@atomic
def change_todo(request: HttpRequest, todo_id: int, change: TodoPatch) -> Todo:
    """Change a to-do. Its row is locked, so that changes made at the same moment don't undo each other."""
    todo = get_object_or_404(_visible(request).select_for_update(of=("self",)), pk=todo_id)
    values = change.model_dump(exclude_unset=True)
    if "team" in values:
        values["team"] = _team(request, values["team"])
        if values["team"] is None:
            values["owner"] = request.user
    if "done" in values and values.pop("done") != bool(todo.done_at):
        values["done_at"] = None if todo.done_at else timezone.now()
    for name, value in values.items():
        setattr(todo, name, value)
    todo.version += 1
    todo.save()
    return todo


@router.delete("/todos/{int:todo_id}", response={204: None})
@requires("todos.write")
def delete_todo(request: HttpRequest, todo_id: int) -> Status[None]:
    """Delete a to-do."""
    todo = get_object_or_404(_visible(request), pk=todo_id)
    Todo.objects.filter(pk=todo.pk).discard()
    return Status(204, None)


def _visible(request: HttpRequest) -> TodoQuerySet:
    return Todo.objects.visible_to(request.user).select_related("owner", "team")


def _team(request: HttpRequest, name: str | None) -> Group | None:
    """Return the user's group ``name``. Raises ValidationError for a group that the user is not in."""
    if name is None:
        return None
    team = teams(request.user).filter(name=name).first()
    if team is None:
        message: dict[str, Any] = {"loc": ("body", "team"), "msg": "You are in no group of this name."}
        raise ValidationError([message])
    return team
