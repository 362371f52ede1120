"""Ids that a form or an address smuggles in: somebody else's rows beside one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tests.permissions.attempts import NEW_PASSWORD
from tests.permissions.builder import Estate
from tests.permissions.requests import REQUESTS, At
from tests.permissions.requests_empowerment import line_form
from tests.permissions.requests_platform import organization_form
from tests.permissions.table import read
from tests.permissions.test_matrix import passing
from tests.permissions.walk import attempt
from xianan.core import clock

pytestmark = pytest.mark.django_db


def parts_of(name: str) -> int:
    """Return how many parts of an address vary."""
    space, _, last = name.rpartition(":")
    resolver = get_resolver()
    for inner in filter(None, space.split(":")):
        resolver = resolver.namespace_dict[inner][1]
    (found, *_) = resolver.reverse_dict.getlist(last)
    return len(found[0][0][1])


# Addresses that vary in more than one part, one inside the other.
NESTED = [
    row
    for row in read()
    # The versions of a document are numbered within it; every department has a place in every street; a
    # total and the name of a workbook belong to no unit.
    if parts_of(row.name) >= 2
    and row.name not in ("documents:file", "secondment:post", "assessment:tie-settle", "assessment:book")
]


@pytest.mark.parametrize("row", NESTED, ids=str)
def test_one_address_does_not_mix_two_units(estate, row):
    person, at = passing(estate, row)
    way = REQUESTS[row.key]
    own = way.targets(at)[0]
    other = way.targets(At(estate, estate.b, person, mine=False))[0]
    # The kind of a workbook is a word that both units share.
    differing = [part for part in own if own[part] != other[part]]
    # Of rows that belong to the whole district there is nothing to mix.
    assert differing or not row.own
    for part in differing:
        path = reverse(row.name, kwargs={**own, part: other[part]})
        outcome = attempt(estate, person, row.method, path, way.data(at), estate.standing)
        assert outcome.status == 404 and not outcome.wrote, f"{row.method} {path}: {outcome}"


@dataclass(frozen=True)
class Smuggled:
    """Who sends what where; nothing of it may be written."""

    role: str
    name: str
    kwargs: Callable[[Estate], dict[str, Any]]
    data: Callable[[Estate], dict[str, Any]]
    query: str = ""


def at_of(estate: Estate, role: str) -> At:
    return At(estate, estate.a, estate.people[role])


def lines_of(estate: Estate) -> dict[str, Any]:
    keys = estate.b.filings["establishment"].lines.values_list("pk", flat=True)
    return {
        "desk": "establishment",
        **{f"verdict_{key}": "return" for key in keys},
        **{f"reason_{key}": "不符" for key in keys},
    }


CASES = {
    "a claim of another street": Smuggled(
        "street_clerk",
        "empowerment:claim-decide",
        lambda e: {"street": e.a.street.pk},
        lambda e: {"row": [e.b.claims["open"].pk]},
        "?decision=claimed",
    ),
    "items of another filing at a desk": Smuggled(
        "establishment",
        "empowerment:filing-review",
        lambda e: {"pk": e.a.filings["establishment"].pk},
        lines_of,
    ),
    "a filing of another district at a meeting": Smuggled(
        "government_office",
        "empowerment:meeting-create",
        lambda e: {},
        lambda e: {
            "name": "第22次常务会议",
            "held_on": clock.today().isoformat(),
            "filing": e.foreign_filing.pk,
            "version": "",
        },
    ),
    "a letter between another district's units": Smuggled(
        "establishment",
        "empowerment:agreement-send",
        lambda e: {},
        lambda e: {"pair": f"{e.foreign.department.pk}-{e.foreign.street.pk}"},
    ),
    "a letter between a department and itself": Smuggled(
        "establishment",
        "empowerment:agreement-send",
        lambda e: {},
        lambda e: {"pair": f"{e.a.department.pk}-{e.a.department.pk}"},
    ),
    "another district's type of power": Smuggled(
        "department_clerk",
        "empowerment:filing-item-create",
        lambda e: {"pk": e.a.filings["draft"].pk},
        lambda e: {
            **line_form(at_of(e, "department_clerk"), "夹带的事项"),
            "type": e.foreign.types["行政检查"].pk,
        },
    ),
    "an account in another district": Smuggled(
        "establishment",
        "organizations:person-create",
        lambda e: {},
        lambda e: {
            "organization": e.foreign.department.pk,
            "name": "外区人员",
            "username": "smuggled",
            "password": NEW_PASSWORD,
        },
    ),
    "a role in another district": Smuggled(
        "establishment",
        "organizations:person",
        lambda e: {"pk": e.a.person.pk},
        lambda e: {
            "organization": e.foreign.department.pk,
            "role": "department_clerk",
            "starts_on": clock.today().isoformat(),
        },
    ),
    "a role that does not fit": Smuggled(
        "establishment",
        "organizations:person",
        lambda e: {"pk": e.a.person.pk},
        lambda e: {
            "organization": e.a.department.pk,
            "role": "establishment",
            "starts_on": clock.today().isoformat(),
        },
    ),
    "a parent in another district": Smuggled(
        "establishment",
        "organizations:organization-edit",
        lambda e: {"pk": e.a.department.pk},
        lambda e: {**organization_form(at_of(e, "establishment")), "parent": e.foreign.street.pk},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_what_a_form_smuggles_in_is_not_written(estate, case):
    path = reverse(case.name, kwargs=case.kwargs(estate)) + case.query
    outcome = attempt(estate, estate.people[case.role], "POST", path, case.data(estate), estate.standing)
    assert outcome.status in (200, 302, 403, 404, 409) and not outcome.wrote, outcome


def test_a_clerk_files_for_the_own_department_whatever_the_form_says(estate):
    from empowerment.models import Filing

    clerk = estate.people["department_clerk"]
    data = {"title": "夹带的申报", "organization": estate.b.department.pk}
    answer = estate.client(clerk).post(reverse("empowerment:filing-create"), data)
    assert answer.status_code == 302
    assert Filing.objects.get(title="夹带的申报").organization == estate.a.department
