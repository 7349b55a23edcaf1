"""Runs in an installation: ``python -m benchmarks.search_queries NUMBER`` prints what it measured as JSON."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - models need Django
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from plugins.search.backends import backend  # noqa: E402
from plugins.search.finding import Query, Search, scope_of  # noqa: E402
from plugins.search.indexing import BATCH, refresh  # noqa: E402
from portal.api import SearchDocument, SearchSource, search_sources  # noqa: E402
from portal.testing import person  # noqa: E402

ROUNDS = 5
THINGS = (
    "account basket billing card carrier cart catalog checkout claim contract customer delivery discount driver fleet "
    "fraud gateway identity inventory invoice label ledger limit loan loyalty mail merchant message order "
    "parcel payment payout picking price product profile promotion quote rating receipt refund report reservation "
    "return review route search session settlement shipment stock subscription supplier tax ticket tracking transfer "
    "voucher wallet warehouse"
).split()
ROLES = (
    "service worker api gateway frontend batch scheduler database cache stream proxy adapter importer exporter".split()
)
TYPES = ("component",) * 14 + ("api",) * 3 + ("resource",) * 2 + ("system",)


@dataclass(frozen=True)
class Generated(SearchSource):
    """Documents made from their number."""

    number: int = 0

    def documents(self, refs: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """Give them; the same number is always the same document."""
        return map(document, map(int, refs) if refs is not None else range(self.number))


def document(number: int) -> SearchDocument:
    """A document with a name of three parts and a text of about thirty words, of which few are frequent."""
    chance = random.Random(number)  # noqa: S311 - not for secrets
    name = f"{chance.choice(THINGS)}-{chance.choice(ROLES)}-{number}"
    frequent = [chance.choice(THINGS) for _ in range(15)]
    rare = [f"{chance.choice(THINGS)[:4]}{int(chance.paretovariate(0.5)) % 50_000:x}" for _ in range(15)]
    return SearchDocument(
        ref=str(number),
        type=chance.choice(TYPES),
        title=name,
        name=name,
        url="/",
        text=f"The {' '.join(frequent)} of {' '.join(rare)}.",
        owner=f"team-{chance.randrange(200)}",
        permission="catalog.read",
        audience="user:0" if chance.random() < 0.05 else "",
        weight=chance.randrange(3),
        fields={"kind": "Component"},
    )


QUERIES = (
    *("s", "se", "ser", "serv", "payment", "payment-s", "payment-service", "payment service", "service", "api"),
    *("payment-service-5", "order-worker-1", "checkout-gateway-77", "ledger stream", "invoice importer", "team-7"),
    *("aymen", "rkout", "mentserv", "eckout-gat", "ervice-99", "ehouse"),
    *("paymnet", "chekout gateway", "shipmnet-worker", "warehose", "ledgr", "invioce importr"),
    *("pric1a", "fraud identity settlement", "the voucher of the wallet", "how do i refund a payment", "tax 1f"),
    *("C++", '"quoted"', "a", "1", "x" * 200, "nothing like this", "zzzz", "order events for the warehouse"),
)


def main() -> None:
    """Index, search, print."""
    number = int(sys.argv[1])
    settings.ALLOWED_HOSTS = ["testserver"]
    own = next(one for one in search_sources() if one.label == "catalog")
    source = Generated(own.label, own.name, own.types, own.permissions, number)
    began = time.perf_counter()
    for start in range(0, number, BATCH):
        refresh(source, [str(one) for one in range(start, min(start + BATCH, number))])
    indexed = number / (time.perf_counter() - began)
    backend().tidy()
    user = person("bench")
    client = Client()
    client.force_login(user)
    times: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for text in QUERIES:
            for kind, call in _kinds(client, user, text):
                began = time.perf_counter()
                call()
                times[f"{kind}: {text[:40]}"].append((time.perf_counter() - began) * 1000)
    print(json.dumps({"indexed": indexed, "megabytes": _megabytes(), "milliseconds": times}))


def _kinds(client: Client, user: Any, text: str) -> Iterator[tuple[str, Any]]:
    def alone() -> None:
        search = Search(Query.of(text), scope_of(user))
        search.by_type(TYPES)

    def asked(path: str, name: str) -> None:
        response = client.get(path, {name: text[:100]}, headers={"Cache-Control": "no-cache"})
        assert response.status_code == 200, response.content

    yield "the search alone", alone
    yield "suggestions", lambda: asked("/search/suggest/", "q")
    yield "page", lambda: asked("/search/", "q")
    yield "API", lambda: asked("/api/search/query", "term")


def _megabytes() -> float:
    sql = (
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        if connection.vendor == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0]) / 1e6


if __name__ == "__main__":
    main()
