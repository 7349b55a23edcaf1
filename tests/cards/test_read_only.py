"""A card reads the database and never writes, on whatever thread, in whatever transaction, on every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from portal.api import CardContext
from portal.cards.read_only import read_only
from portal.cards.runner import Runner
from tests.cards.laboratory import laboratory, place, run

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


def insert() -> None:
    Group.objects.create(name="Intruders")


def update() -> None:
    User.objects.update(is_superuser=True)


def delete() -> None:
    User.objects.all().delete()


def save() -> None:
    user = User.objects.get(username="bob")
    user.is_superuser = True
    user.save()


def bulk() -> None:
    Group.objects.bulk_create([Group(name=f"Intruders {number}") for number in range(3)])


def raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET is_superuser = %s", [True])


def raw_many() -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE auth_user SET is_superuser = %s WHERE id = %s", [(True, 1), (True, 2)])


def schema() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE intruders (id integer)")


def read_then_write() -> None:
    list(User.objects.all())
    update()


def in_a_transaction() -> None:
    with transaction.atomic():
        list(User.objects.all())
        update()


def after_a_transaction_that_was_rolled_back() -> None:
    try:
        with transaction.atomic():
            list(User.objects.all())
            raise LookupError
    except LookupError:
        update()


def after_a_write_that_was_refused() -> None:
    try:
        with transaction.atomic():
            update()
    except DatabaseError:
        insert()


def on_a_connection_of_its_own() -> None:
    list(User.objects.all())
    connection.close()
    update()


WRITES = (
    insert,
    update,
    delete,
    save,
    bulk,
    raw,
    raw_many,
    schema,
    read_then_write,
    in_a_transaction,
    after_a_transaction_that_was_rolled_back,
    after_a_write_that_was_refused,
    on_a_connection_of_its_own,
)


def writing(write: Callable[[], None]) -> Callable[[CardContext], dict[str, Any]]:
    def context(card: CardContext) -> dict[str, Any]:
        write()
        return {"value": "written"}

    return context


def assert_nothing_was_written() -> None:
    assert set(User.objects.values_list("username", "is_superuser")) == {("ann", True), ("bob", False)}
    assert not Group.objects.filter(name__startswith="Intruders").exists()
    assert "intruders" not in connection.introspection.table_names()


def assert_others_can_write() -> None:
    name = f"Cooks {Group.objects.count()}"
    Group.objects.create(name=name)
    assert Group.objects.filter(name=name).exists()


each_write = pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_a_card_of_a_server_does_not_write(runner: Runner, people: dict[str, Any], io: str) -> None:
    for write in WRITES:
        outcome = run(runner, place(writing(write), laboratory(write.__name__), io=io), people["bob"])
        assert outcome.state == "failed", f"{write.__name__} was not refused."
        assert_nothing_was_written()
        assert_others_can_write()


@pytest.mark.django_db
@each_write
def test_a_card_in_the_transaction_of_a_test_does_not_write(
    runner: Runner, people: dict[str, Any], write: Callable[[], None]
) -> None:
    outcome = run(runner, place(writing(write)), people["bob"])
    assert outcome.state == "failed", "It was written."
    assert_nothing_was_written()
    assert_others_can_write()


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_a_card_may_read_in_a_transaction_of_its_own(runner: Runner, people: dict[str, Any], io: str) -> None:
    @transaction.atomic
    def read(card: CardContext) -> dict[str, Any]:
        return {"value": User.objects.count()}

    outcome = run(runner, place(read, io=io), people["bob"])
    assert outcome.content is not None, outcome.reason
    assert outcome.content.html == "<p>2</p>\n"
    with transaction.atomic():
        assert_others_can_write()


@pytest.mark.django_db
def test_a_card_in_the_transaction_of_a_test_sees_its_rows(runner: Runner, people: dict[str, Any]) -> None:
    Group.objects.create(name="Cooks")
    placed = place(lambda card: {"value": Group.objects.filter(name="Cooks").count()})
    outcome = run(runner, placed, people["bob"])
    assert outcome.content is not None, outcome.reason
    assert outcome.content.html == "<p>1</p>\n"
    assert Group.objects.filter(name="Cooks").exists()


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("io", ["net", "db", "none"])
def test_a_template_that_reads_late_reads_and_does_not_write(runner: Runner, people: dict[str, Any], io: str) -> None:
    placed = place(
        lambda card: {"value": User.objects.filter(username="bob").values_list("username", flat=True)}, io=io
    )
    outcome = run(runner, placed, people["bob"])
    assert outcome.content is not None, outcome.reason
    assert "bob" in outcome.content.html
    outcome = run(runner, place(lambda card: {"value": insert}, io=io), people["bob"])
    assert outcome.state == "failed"
    assert_nothing_was_written()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_transaction", [False, True])
def test_an_endless_statement_is_stopped_and_the_connection_goes_on(in_transaction: bool) -> None:
    def read() -> None:
        with read_only(seconds=0.3), connection.cursor() as cursor:
            cursor.execute(ENDLESS)

    if in_transaction:
        with transaction.atomic():
            with pytest.raises(DatabaseError):
                read()
            Group.objects.create(name="Cooks")
    else:
        with pytest.raises(DatabaseError):
            read()
        Group.objects.create(name="Cooks")
    assert Group.objects.filter(name="Cooks").exists()


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_a_card_is_not_that_of_the_request(settings: Any) -> None:
    with read_only(seconds=0.05):
        assert User.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 600000) SELECT count(*) FROM c"
        )
        assert cursor.fetchone() == (600000,)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_was_left_open_is_rolled_back_and_the_thread_starts_anew() -> None:
    with read_only():
        transaction.atomic().__enter__()
        list(User.objects.all())
    assert not connection.in_atomic_block
    Group.objects.create(name="Cooks")
    connection.close()
    assert Group.objects.filter(name="Cooks").exists()


@pytest.mark.django_db
def test_a_card_that_reads_nothing_costs_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), read_only():
        pass
