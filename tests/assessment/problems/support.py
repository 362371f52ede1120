"""Problems on their way."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.models import Problem
from assessment.problems import steps as services
from assessment.problems.services import Found, list_problems
from assessment.selectors import problems, results
from tests.assessment.support import indicator
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline
from xianan.documents.services.attachments import attach


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def candidates(row):
    return problems.candidates(row, results.snapshot_of(row))


def listed(world, row, *, checker=None, **more) -> Problem:
    values = {
        "found": [Found(world.street, indicator(row, "1.2"), "超期办理两起", 2_00)],
        "demand": "限期整改",
        "due_on": clock.today() + dt.timedelta(days=30),
        "checker": checker or world.establishment_bureau,
        "actor": world.establishment,
        **more,
    }
    return list_problems(row, **values)[0]


def material(world, problem) -> None:
    attach(problem, "material", data=pdf(), filename="台账.pdf", actor=world.street_clerk)


def handed(world, row, **more) -> Problem:
    problem = listed(world, row, **more)
    problem = services.plan_measure(problem, owner="张×", measure="补办手续", actor=world.street_clerk)
    material(world, problem)
    return services.hand_in(problem, answer="已补办", actor=world.street_clerk)


def dues(kind):
    return list(Deadline.objects.filter(kind=kind, closed_at=None).values_list("organization", "due_on"))
