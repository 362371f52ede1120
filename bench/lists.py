"""The list of items beside the admin's changelist and the plain page, on the same rows in the same run."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.district import RARE, Place
from bench.measure import Figure, in_turn
from bench.yardsticks import ROWS
from empowerment.models import Item

PLAIN = "P: plain page, one joined query, 50 rows"
PORTAL = "/items/?size=50"
ADMIN = "/bench/admin/empowerment/item/?"


def measure(place: Place, runs: int) -> list[Figure]:
    """Return milliseconds and queries of each page; pages are asked for by turns."""
    client = Client()
    client.force_login(place.reviewer, backend="xianan.organizations.middleware.AccountBackend")
    total = Item.objects.filter(district=place.district).count()
    deep, last = 500, total // ROWS
    cut = Item.objects.filter(organization=place.department).first()
    assert cut is not None
    by = f"type={cut.type_id}&organization={cut.organization_id}"
    admin_by = f"type__id__exact={cut.type_id}&organization__id__exact={cut.organization_id}"
    code = f"{total * 3 // 5:04d}"
    pairs = {
        "first page": ("", ""),
        f"page {deep:,}": (f"&page={deep}", f"p={deep}"),
        f"page {last:,} (the last)": (f"&page={last}", f"p={last}"),
        "filter by department and type": (f"&{by}", admin_by),
        "search by a fragment of the name, rare": (f"&q={RARE}", f"q={RARE}"),
        "search by a fragment of the name, common": ("&q=城市道路", "q=城市道路"),
        "search by the number": (f"&q={code}", f"q={code}"),
        "tab 未被全部认领": ("&tab=unclaimed", None),
        "filter by state in a street (过渡期)": ("&standing=transition", None),
        "sorted by department": ("&sort=organization", "o=4"),
    }
    addresses = {PLAIN: "/bench/plain/", "first page, 20 rows": "/items/"}
    for label, (own, others) in pairs.items():
        addresses[label] = PORTAL + own
        if others is not None:
            addresses[f"  admin: {label}"] = ADMIN + others
    counts = {}
    for label, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        counts[label] = len(found)
    times = in_turn({label: _get(client, address) for label, address in addresses.items()}, runs)
    unit = statistics.median(times[PLAIN])
    group = f"List of {total:,} items"
    figures = []
    for label, found_times in times.items():
        middle = statistics.median(found_times)
        note = f"{counts[label]:>3} queries   {middle / unit:5.2f} P"
        figures.append(Figure(group, label, middle, "ms", min(found_times), note))
    return figures


def _get(client: Client, address: str) -> Callable[[], object]:
    return lambda: client.get(address)
