from __future__ import annotations

import os
import time
from pathlib import Path

from django.contrib.auth import get_user_model

from portal.api import task

from .models import Note


class Speechless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@task
def write(text: str) -> int:
    author, _ = get_user_model().objects.get_or_create(username="worker")
    return Note.objects.create(text=text, author=author).pk


@task(retries=1)
def fail(reason: str = "the well is dry") -> None:
    raise RuntimeError(reason)


@task(retries=0)
def exit_process() -> None:
    raise SystemExit(3)


@task(retries=0)
def return_no_json() -> object:
    return object()


@task(retries=0, seconds=1)
def take_too_long() -> None:
    time.sleep(60)


@task
def tell_and_sleep(path: str, seconds: float) -> None:
    """Say by a line in a file that it began, in which process."""
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(seconds)


@task
def sweep() -> None:
    write.call("swept")


def never() -> None:
    return None


@task(retries=0)
def name_a_file() -> None:
    raise ValueError("bad name \udcff\0")


@task(retries=0)
def say_nothing() -> None:
    raise Speechless


@task(retries=0)
def return_nul() -> str:
    return "\0"
