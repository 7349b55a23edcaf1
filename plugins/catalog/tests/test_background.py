"""Reading by a worker: asked for, shown while it goes on, one at a time, and going on after a kill."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test.utils import override_settings
from django.utils import timezone
from pydantic import ValidationError

from plugins.catalog.config import CatalogConfig
from plugins.catalog.ingestion import batches
from plugins.catalog.models import Ingestion
from plugins.catalog.refresh import refresh
from plugins.catalog.tests.files import component, stated
from portal.api import LeaseTaken, lease
from portal.testing import PluginTestCase, person, run_tasks, worker_alive

CONFIG = "catalog:\n  locations:\n    - type: file\n      target: catalog\n"


class Reading(PluginTestCase):
    """Two files with a component each, and a person who may have them read."""

    def setUp(self):
        super().setUp()
        folder = Path(self.enterContext(TemporaryDirectory()))
        (folder / "app-config.yaml").write_text(CONFIG)
        (folder / "catalog").mkdir()
        for name in ("one", "two"):
            (folder / "catalog" / f"{name}.yaml").write_text(component(name))
        self.enterContext(override_settings(CONFIG_FILES=(folder / "app-config.yaml",), BASE_DIR=folder))
        self.folder = folder
        self.client = self.client_of(person("keeper", "catalog.refresh"))

    def page(self, path="/catalog/problems/"):
        return self.client.get(path).content.decode()

    def test_with_a_worker_the_button_enqueues_once_and_the_worker_reads(self):
        self.enterContext(worker_alive())
        self.client.post("/catalog/refresh/")
        response = self.client.post("/catalog/refresh/", follow=True)
        self.assertContains(response, "will be read again")
        self.assertContains(response, 'hx-get="/catalog/ingestion/"')
        self.assertFalse(stated().exists())
        self.assertEqual(run_tasks(), 1)
        self.assertEqual(stated().count(), 2)
        self.assertIn("2 entities added", self.page())
        self.assertNotIn("hx-get", self.page("/catalog/ingestion/"))

    def test_without_a_worker_the_button_reads_and_says_why_it_took_so_long(self):
        response = self.client.post("/catalog/refresh/", follow=True)
        self.assertContains(response, "2 entities added")
        self.assertContains(response, "No worker is running, so this page waited for it.")

    def test_what_waits_while_no_worker_runs_says_so(self):
        with lease("catalog.ingest"):
            response = self.client.post("/catalog/refresh/", follow=True)
        self.assertContains(response, "No worker is running")
        self.assertEqual(run_tasks(), 1)

    def test_the_api_enqueues_the_file_of_an_entity(self):
        refresh()
        self.enterContext(worker_alive())
        (self.folder / "catalog" / "one.yaml").write_text(component("one") + "---\n" + component("more"))
        body = {"entityRef": "component:default/one"}
        self.assertEqual(self.client.post("/api/catalog/refresh", body, "application/json").status_code, 200)
        self.assertEqual(run_tasks(), 1)
        self.assertEqual(stated().count(), 3)

    def test_what_a_deleted_file_held_goes_when_that_is_read_again(self):
        refresh()
        (self.folder / "catalog" / "one.yaml").unlink()
        self.assertEqual(refresh(file="catalog/one.yaml").removed, 1)
        self.assertEqual([entity.name for entity in stated()], ["two"])

    def test_what_the_only_file_of_a_location_held_stays_when_that_is_gone(self):
        (self.folder / "app-config.yaml").write_text(CONFIG.replace("catalog\n", "catalog/one.yaml\n"))
        refresh()
        (self.folder / "catalog" / "one.yaml").unlink()
        summary = refresh(file="catalog/one.yaml")
        self.assertEqual((summary.removed, summary.problems), (0, 1))

    def test_nothing_is_deleted_over_the_api_while_it_reads(self):
        refresh()
        one, client = stated().get(name="one"), self.client_of(person("remover", "catalog.read", "catalog.delete"))
        self.enterContext(patch("plugins.catalog.refresh.PEOPLE_WAIT_SECONDS", 0))
        with lease("catalog.ingest"):
            refused = client.delete(f"/api/catalog/entities/by-uid/{one.uid}")
        self.assertEqual((refused.status_code, refused.json()["error"]["name"]), (503, "ServiceUnavailableError"))
        self.assertEqual(client.delete(f"/api/catalog/entities/by-uid/{one.uid}").status_code, 204)
        self.assertEqual([entity.name for entity in stated()], ["two"])

    def test_readings_that_fail_are_forgotten_after_a_while_as_others_are(self):
        self.enterContext(patch("plugins.catalog.ingestion.progress.KEPT", 2))
        for _ in range(4):
            with pytest.raises(ZeroDivisionError):
                refresh(told=lambda *counts: 1 / 0)
        self.assertLessEqual(Ingestion.objects.count(), 3)

    def test_while_it_reads_the_page_shows_how_far_it_is(self):
        seen = []
        refresh(told=lambda *counts: seen.append((counts, self.page())))
        self.assertEqual([counts for counts, _ in seen], [(0, 2, 0), (1, 2, 1), (1, 2, 2), (2, 2, 2)])
        Ingestion.objects.create(started_at=timezone.now(), done=120, total=400, entities=3400)
        page = self.page("/catalog/ingestion/")
        self.assertIn("Reading files</strong>: 120 of 400 files, 3400 entities", page)
        self.assertIn('<progress class="catalog-progress" max="400" value="120"', page)
        self.assertIn('hx-get="/catalog/ingestion/"', page)

    def test_only_who_may_have_it_read_sees_that(self):
        self.assertEqual(self.client_of(self.bob).get("/catalog/ingestion/").status_code, 403)
        self.assertNotContains(self.client_of(self.bob).get("/catalog/problems/"), "catalog-ingestion")

    def test_one_reading_at_a_time(self):
        with lease("catalog.ingest"), pytest.raises(LeaseTaken):
            refresh(wait=0)
        self.assertFalse(Ingestion.objects.exists())

    def test_a_reading_whose_lease_was_taken_over_writes_nothing_more(self):
        def taken(*counts):
            with override_settings(WORKER_LOST_SECONDS=-1), lease("catalog.ingest"):
                """It was not renewed for long enough."""

        with pytest.raises(LeaseTaken):
            refresh(told=taken)
        self.assertFalse(stated().exists())
        self.assertEqual(Ingestion.objects.get().phase, "failed")

    def test_after_a_kill_the_next_reading_goes_on_and_writes_nothing_twice(self):
        batch, batches.BATCH = batches.BATCH, 1
        self.addCleanup(setattr, batches, "BATCH", batch)

        def killed(done, *counts):
            if done:
                raise SystemExit

        with pytest.raises(SystemExit):
            refresh(told=killed)
        Ingestion.objects.update(finished_at=None, phase="reading")
        self.assertEqual(stated().count(), 1)
        summary = refresh()
        self.assertEqual((summary.added, summary.unchanged), (1, 1))
        self.assertEqual([row.phase for row in Ingestion.objects.all()], ["done", "lost"])

    def test_the_command_waits_for_its_turn(self):
        err, killed = StringIO(), lease("catalog.ingest")
        killed.__enter__()
        self.addCleanup(killed.__exit__, None, None, None)
        with override_settings(WORKER_LOST_SECONDS=1):
            call_command("catalog", "ingest", stdout=StringIO(), stderr=err)
        self.assertIn("Somebody else reads the catalog right now", err.getvalue())
        self.assertEqual(stated().count(), 2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ({"minutes": 30}, 1800), ("45s", 45), ("1.5h", 5400), ("PT30M", 1800), ("P1DT1S", 86_401), (False, None),
        ("30 minutes", 1800), ("2 hours", 7200), ("90000ms", 90), ("90000", 90), ("1 Day", 86_400), (".5 hrs", 1800),
        ("P1W", 604_800), ("PT0.5H", 1800), ("P1M", 2_592_000), ({"months": 1}, 2_592_000), ({"years": 1}, 31_536_000),
    ],
)  # fmt: skip
def test_the_interval_is_written_as_in_backstage(value, seconds):
    assert CatalogConfig.model_validate({"processingInterval": value}).processing_seconds == seconds


@pytest.mark.parametrize(
    "value", ["soon", "5s", {"seconds": 1}, {"fortnights": 1}, "P", "PT", "30 moons", True, "", {"years": 1e300}]
)
def test_an_interval_that_makes_no_sense_is_refused(value):
    with pytest.raises(ValidationError):
        CatalogConfig.model_validate({"processingInterval": value})
