from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from plugins.search import indexing
from plugins.search.indexing import rebuild, refresh
from plugins.search.models import Change, Document, Refusal, Source
from plugins.search.updates import GivingWay
from portal.api import SearchDocument, lease, search_changed, search_sources
from portal.testing import person, plugin_disabled

from .case import Given, SearchTestCase, given, note


@dataclass(frozen=True)
class Broken(Given):
    """A plugin whose documents can't be read, or none after those that the test gave."""

    error: BaseException = RuntimeError("the archive burnt down")

    def documents(self, refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """Give what there is when single ones are asked for, and raise after all of them."""
        yield from super().documents(refs)
        if refs is None or not self.given:
            raise self.error


def broken(*documents: SearchDocument, error: BaseException = Broken.error) -> Broken:
    own = given(*documents)
    return Broken(own.label, own.name, own.types, own.permissions, own.given, error)


class UpdatesTest(SearchTestCase):
    def post(self, path: str, **values: str) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.client_of(self.bob).post(path, values)

    def test_a_to_do_is_found_as_soon_as_it_is_added_and_no_longer_when_it_is_deleted(self) -> None:
        self.post("/todos/add/", title="Buy a zeppelin")
        self.assertEqual(self.found("zeppelin"), ["Buy a zeppelin"])
        ref = Document.objects.get(label="todos").ref
        self.post(f"/todos/{ref}/delete/")
        self.assertEqual(self.found("zeppelin"), [])
        self.post(f"/todos/{ref}/restore/")
        self.assertEqual(self.found("zeppelin"), ["Buy a zeppelin"])

    def test_a_change_that_is_rolled_back_leaves_nothing(self) -> None:
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            search_changed("todos", ["1"])
            raise ZeroDivisionError
        self.assertFalse(Change.objects.exists())

    def test_changes_of_a_plugin_that_is_off_are_not_noted_and_all_is_read_when_it_is_on_again(self) -> None:
        with plugin_disabled("todos"):
            search_changed("todos", ["1"])
            self.assertFalse(Change.objects.exists())
        self.assertEqual(list(Change.objects.values_list("label", "ref")), [("todos", "")])

    def test_while_search_is_off_nothing_is_noted_and_all_is_read_when_it_is_on_again(self) -> None:
        with plugin_disabled("search"):
            search_changed("todos", ["1"])
            self.assertFalse(Change.objects.exists())
        labels = set(Change.objects.filter(ref="").values_list("label", flat=True))
        self.assertEqual(labels, {source.label for source in search_sources()})

    def test_a_rebuild_writes_what_changed_and_removes_what_is_gone(self) -> None:
        rebuild(given(note("1", "One"), note("2", "Two"), note("3", "Three")))
        keys = dict(Document.objects.values_list("ref", "pk"))
        rebuild(given(note("1", "One"), note("2", "Second")))
        self.assertEqual(self.indexed(), {"One", "Second"})
        self.assertEqual(dict(Document.objects.values_list("ref", "pk")), {"1": keys["1"], "2": keys["2"]})
        self.assertEqual(self.found("three") + self.found("two"), [])

    def test_a_rebuild_reads_in_batches(self) -> None:
        with patch.object(indexing, "BATCH", 2):
            number = rebuild(given(*(note(str(number), f"Harbour {number}") for number in range(7))))
        self.assertEqual((number, len(self.found("harbour"))), (7, 7))

    def test_a_document_that_breaks_a_rule_is_left_out_and_named(self) -> None:
        bad = [
            SearchDocument("a", "note", "A", "javascript:x"),
            SearchDocument("b", "note", "B", "//evil.example/"),
            SearchDocument("c", "note", " ", "/"),
            SearchDocument("d", "unknown", "D", "/"),
            SearchDocument("e", "note", "E", "/", permission="todos.read"),
            SearchDocument("", "note", "F", "/"),
            SearchDocument("g" * 301, "note", "G", "/"),
        ]
        rebuild(given(*bad, note("good", "Good")))
        self.assertEqual(self.indexed(), {"Good"})
        reasons = list(Refusal.objects.filter(label="catalog").order_by("pk").values_list("reason", flat=True))
        self.assertEqual(len(reasons), len(bad))
        self.assertIn("javascript:x", reasons[0])

    def test_a_document_that_was_mended_or_removed_is_named_no_longer(self) -> None:
        bad = [note("1", " "), note("2", " "), note("3", " "), note("4", " ")]
        rebuild(given(*bad))
        refresh(given(note("1", "One"), *bad[2:]), ["1", "2"])
        self.assertEqual(list(Refusal.objects.order_by("ref").values_list("ref", flat=True)), ["3", "4"])
        rebuild(given(note("1", "One"), bad[3]))
        self.assertEqual(list(Refusal.objects.values_list("ref", flat=True)), ["4"])

    def test_a_plugin_that_raises_keeps_its_documents_and_stops_no_other(self) -> None:
        self.index(note("1", "Zeppelin"))
        todos = next(one for one in search_sources() if one.label == "todos")
        search_changed("catalog", ["1"])
        search_changed("todos", ["1"])
        with patch.object(indexing, "search_sources", lambda: [broken(), todos]):
            self.work_off()
        self.assertEqual(self.found("zeppelin"), ["Zeppelin"])
        self.assertIn("the archive burnt down", Source.objects.get(label="catalog").problem)
        self.assertFalse(Change.objects.exists())

    def catch_up(self, source: Given) -> None:
        with patch.object(indexing, "search_sources", lambda: [source]):
            indexing.catch_up()

    def test_a_rebuild_that_is_interrupted_stays_noted_and_is_made_up_for(self) -> None:
        documents = [note("1", "One"), note("2", "Two")]
        for error in (OperationalError("disk full"), KeyboardInterrupt()):
            Document.objects.all().delete()
            search_changed("catalog")
            with self.assertRaises(type(error)):
                self.catch_up(broken(documents[0], error=error))
            self.assertTrue(Change.objects.exists())
            self.catch_up(given(*documents))
            self.assertEqual(self.indexed(), {"One", "Two"})
            self.assertFalse(Change.objects.exists())

    def test_a_rebuild_that_the_plugin_keeps_from_its_end_is_not_tried_again_and_again(self) -> None:
        search_changed("catalog")
        self.catch_up(broken(note("1", "One")))
        self.assertFalse(Change.objects.exists())
        self.assertIn("the archive burnt down", Source.objects.get(label="catalog").problem)

    def test_what_is_noted_during_a_rebuild_stays_noted(self) -> None:
        search_changed("catalog")
        rebuild(given(note("1", "One")), lambda label, number: search_changed("catalog"))
        self.assertEqual(list(Change.objects.values_list("label", "ref")), [("catalog", "")])

    def test_what_another_process_rebuilds_is_left_to_it(self) -> None:
        search_changed("catalog")
        with lease("search.rebuild catalog"):
            self.catch_up(given(note("1", "One")))
        self.assertEqual((self.indexed(), Change.objects.count()), (set(), 1))

    def test_no_nul_and_no_lone_surrogate_stops_the_index(self) -> None:
        self.index(note("1", "Ze\0ppelin \ud800", text="\0\ud800", keywords=("\0",), owner="\ud800", name="\0"))
        self.assertEqual(len(self.found("zeppelin")), 1)


class CommandTest(SearchTestCase):
    def run_command(self, *arguments: str) -> str:
        out = StringIO()
        call_command("search", *arguments, stdout=out, stderr=out)
        return out.getvalue()

    def test_rebuild_says_how_many_there_are(self) -> None:
        self.assertIn("todos: 0 documents", self.run_command("rebuild"))

    def test_rebuild_says_how_far_it_is_at_each_thousand(self) -> None:
        source = given(*(note(str(number), f"Note {number}" if number else " ") for number in range(2300)))
        with patch("plugins.search.management.commands.search.search_sources", return_value=[source]):
            said = self.run_command("rebuild").splitlines()
        self.assertEqual(said, ["catalog: 1,199 so far", "catalog: 2,199 so far", "catalog: 2,299 documents"])

    def test_status_names_documents_that_are_left_out(self) -> None:
        refresh(given(*(note(str(number), " ") for number in range(7))), [str(number) for number in range(7)])
        status = self.run_command("status")
        self.assertIn("The document 0 has no title.", status)
        self.assertIn("2 more are left out.", status)

    def test_without_its_tables_it_says_what_to_do(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE search_refusal")
        for command in ("status", "update", "rebuild"):
            with self.assertRaisesMessage(CommandError, "Run manage.py migrate first."):
                self.run_command(command)

    def test_rebuild_of_what_can_not_be_found_says_what_can(self) -> None:
        with self.assertRaisesMessage(CommandError, "These have: catalog, todos"):
            self.run_command("rebuild", "nothing")

    def test_status_says_how_the_index_stands(self) -> None:
        search_changed("todos", ["1", "2"])
        status = self.run_command("status")
        self.assertIn("trigrams", status)
        self.assertIn("2 changes are noted", status)

    def test_update_works_off_what_is_noted(self) -> None:
        search_changed("todos", ["1"])
        self.assertIn("up to date", self.run_command("update"))
        self.assertFalse(Change.objects.exists())


class AfterCommitTest(TransactionTestCase):
    """Without a transaction around the test, as in a server."""

    def test_a_to_do_is_found_by_the_next_request(self) -> None:
        bob = person("bob")
        self.client.force_login(bob)
        with patch("plugins.search.updates.worker.wake"):
            self.client.post("/todos/add/", {"title": "Buy a zeppelin"})
        refresh(given(), ["nothing"])
        self.assertContains(self.client.get("/search/suggest/?q=zeppelin"), "Buy a")

    def test_between_two_batches_nothing_is_locked_and_others_get_their_turn(self) -> None:
        source = given(*(note(str(number), f"Note {number}") for number in range(indexing.BATCH + 1)))
        open_transactions: list[bool] = []
        for refs in (list(source.given), [""]):
            Document.objects.all().delete()
            Change.objects.bulk_create(Change(label=source.label, ref=ref) for ref in refs)
            open_transactions.clear()
            with patch("plugins.search.indexing.search_sources", return_value=[source]):
                indexing.catch_up(after_batch=lambda: open_transactions.append(connection.in_atomic_block))
            self.assertEqual(open_transactions, [False, False])

    def test_whoever_gives_way_waits_as_long_as_the_batch_took(self) -> None:
        with patch("plugins.search.updates.time") as time:
            time.monotonic.side_effect = [0.0, 0.7, 2.0, 2.1, 3.0, 90.0, 100.0]
            give_way = GivingWay()
            for _ in range(3):
                give_way()
        waited = [round(call.args[0], 1) for call in time.sleep.call_args_list]
        self.assertEqual(waited, [0.7, 0.2, 2.0])
