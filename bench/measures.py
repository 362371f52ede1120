"""All measures of a district, at the size of this one and of a large one: queries and milliseconds."""

from __future__ import annotations

import datetime as dt
import statistics
import time

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.measure import Figure, timed
from empowerment.models import Agreement, AgreementLine, Claim, Empowerment, Item, ItemType, PowerPeriod
from empowerment.selectors.periods import holders
from secondment.models import Exchange, Person, Secondment, Session
from xianan.core import clock
from xianan.core.periods import Period
from xianan.organizations.models import District, Organization, User
from xianan.policy.measures import compute, measures
from xianan.policy.models import PolicyVersion
from xianan.policy.services.snapshots import take_snapshot

POWERS = 6
"""Powers of each department in each street."""


def measure(runs: int) -> list[Figure]:
    """Return what all measures cost together at two sizes; whatever is made for it is taken back."""
    found = []
    for streets, departments in ((3, 17), (40, 30)):
        with transaction.atomic():
            # Rows that are right by construction: their foreign keys need no check each.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
            district = _build(streets, departments)
            found += _measure(district, f"{streets} streets × {departments} departments", runs)
            transaction.set_rollback(True)
    return found


def _measure(district: District, size: str, runs: int) -> list[Figure]:
    group, period = f"All measures, {size}", Period.year_to(clock.today())
    act = lambda: compute(measures(), district, period)  # noqa: E731
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    spent = []
    for _ in range(runs):
        before = time.process_time()
        act()
        spent.append(1000 * (time.process_time() - before))
    held = timed(group, "holders of all powers today", runs, lambda: len(holders().filter(district=district)))
    begin = time.perf_counter()
    kept = take_snapshot(district)
    taken = 1000 * (time.perf_counter() - begin)
    return [
        Figure(group, f"{len(measures())} measures", float(len(captured)), "queries"),
        Figure(group, "processor time of Python", statistics.median(spent), "ms", min(spent)),
        timed(group, "with the database", runs, act),
        held,
        Figure(group, f"a day's snapshot, {kept} rows", taken, "ms"),
    ]


def _build(streets: int, departments: int) -> District:
    model = PolicyVersion.objects.filter(document="plan").first()
    reviewer = User.objects.first()
    assert model is not None and reviewer is not None
    today = clock.today()
    start = dt.date(today.year, 1, 5)
    district = District.objects.create(code=f"B{streets}", name="测", short_name="测", portal_name="测")
    for document in ("plan", "assessment"):
        PolicyVersion.objects.create(
            district=district, document=document, title="测", issued_on=start, valid_from=dt.date(2020, 1, 1)
        )
    kind = ItemType.objects.create(district=district, name="行政处罚", named_by_policy=True)
    takers = [
        Organization.objects.create(district=district, name=f"街{n}", kind="street") for n in range(streets)
    ]
    givers = [
        Organization.objects.create(district=district, name=f"局{n}", kind="department", empowering=True)
        for n in range(departments)
    ]
    items = Item.objects.bulk_create(
        Item(
            district=district, organization=giver, number=place * POWERS + n + 1, name=f"事{place}-{n}", type=kind,
            basis="法", duties="责", source="district", name_key=f"{place}-{n}", content_key=f"{place}-{n}",
        )
        for place, giver in enumerate(givers)
        for n in range(POWERS)
    )  # fmt: skip
    by_giver = {giver.pk: [item for item in items if item.organization_id == giver.pk] for giver in givers}
    pairs = [(giver, taker) for giver in givers for taker in takers]
    letters = Agreement.objects.bulk_create(
        Agreement(
            district=district, organization=giver, street=taker, number=f"测{district.pk}-{place}", item_list_id=1,
            policy=model, transition_months=6, copies=4, line_count=POWERS, document_id=10_000_000 + place,
            sent_by=reviewer, sent_at=clock.now() - dt.timedelta(days=200), sign_by=start, state="effective",
            effective_on=start,
        )
        for place, (giver, taker) in enumerate(pairs)
    )  # fmt: skip
    owed = [(letter, item) for letter in letters for item in by_giver[letter.organization_id]]
    claims = Claim.objects.bulk_create(
        Claim(
            district=district, item=item, street_id=letter.street_id, entry_id=1, state="submitted",
            decision="claimed", opened_at=clock.now() - dt.timedelta(days=300),
            submitted_at=clock.now() - dt.timedelta(days=290),
        )
        for letter, item in owed
    )  # fmt: skip
    lines = AgreementLine.objects.bulk_create(
        AgreementLine(
            district=district, agreement=letter, claim=claim, item=item, position=1, name=item.name,
            type_name="行政处罚", basis="法", duties="责", transition_months=6, is_live=True,
        )
        for (letter, item), claim in zip(owed, claims, strict=True)
    )  # fmt: skip
    powers = Empowerment.objects.bulk_create(
        Empowerment(
            district=district, item=item, organization_id=letter.organization_id, street_id=letter.street_id,
            agreement=letter, line=line, state="transition", effective_on=start,
            transition_until=start + dt.timedelta(days=180),
        )
        for (letter, item), line in zip(owed, lines, strict=True)
    )  # fmt: skip
    PowerPeriod.objects.bulk_create(
        PowerPeriod(
            district=district, empowerment=power, item=power.item, organization_id=power.organization_id,
            street_id=power.street_id, bearer="department", state="transition", valid_from=start,
            known_from=clock.now(), source="letter",
        )
        for power in powers
    )  # fmt: skip
    people = Person.objects.bulk_create(
        Person(
            district=district, organization=giver, name="张×", id_number=f"{place}", id_index=f"{district.pk}-{place}",
            born_on=dt.date(1990, 1, 1), track="civil", membership="party",
        )
        for place, (giver, _) in enumerate(pairs)
    )  # fmt: skip
    Secondment.objects.bulk_create(
        Secondment(
            district=district, person=person, organization=giver, street=taker, state="serving", starts_on=start,
            planned_until=start + dt.timedelta(days=700), arrived_on=start,
            arrival_confirmed_by=reviewer, funding="department", registered_by=reviewer,
        )
        for person, (giver, taker) in zip(people, pairs, strict=True)
    )  # fmt: skip
    sessions = Session.objects.bulk_create(
        Session(
            district=district, organization=giver, kind="department", state="held", title="培训", planned_on=day,
            held_on=day, starts_at=dt.time(9), ends_at=dt.time(11), minutes=120, place="室", trainer="甲",
            code=f"{streets:02d}{place:02d}{n:02d}", recorded_at=clock.now(), created_by=reviewer,
        )
        for place, giver in enumerate(givers)
        for n, day in enumerate(dt.date(today.year, month, 10) for month in (2, 5, 8))
    )  # fmt: skip
    Session.streets.through.objects.bulk_create(
        Session.streets.through(session=session, organization=taker)
        for session in sessions
        for taker in takers
    )
    Exchange.objects.bulk_create(
        Exchange(
            district=district, kind="upward", department=giver, street=taker, name="陈×", post="科员", mentor="雷×",
            plan="学", starts_on=start, ends_on=start + dt.timedelta(days=30),
            report_by=start + dt.timedelta(days=45), registered_by=reviewer,
        )
        for giver, taker in pairs[:: max(len(pairs) // 60, 1)]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return district
