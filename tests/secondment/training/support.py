"""What the tests of training and exchanges share: powers in force, sessions, plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

from empowerment.models import Empowerment
from secondment.models import Session, TrainingPlan
from secondment.services import attendance
from secondment.services.duties import open_duties
from secondment.sessions import steps as sessions
from secondment.training_plans import steps as training_plans
from tests.world import World
from xianan.core import clock
from xianan.organizations.models import Organization

FIRST = dt.date(2026, 5, 12)
"""The day on which the department's first power takes effect: in the second quarter."""


def session_values(**more: Any) -> dict[str, Any]:
    """Return the values of a faultless session, planned for the whole of today."""
    return {
        "kind": "department",
        "title": "执法程序培训",
        "planned_on": clock.today(),
        "starts_at": dt.time(0, 0),
        "ends_at": dt.time(23, 59),
        "minutes": 150,
        "place": "三楼会议室",
        "trainer": "谭××",
        "note": "",
        **more,
    }


def exchange_values(name: str, starts_on: dt.date, ends_on: dt.date, **more: Any) -> dict[str, Any]:
    """Return the values of a faultless exchange."""
    return {
        "name": name,
        "post": "科员",
        "mentor": "雷××",
        "plan": "跟班学习日常检查和文书制作。",
        "starts_on": starts_on,
        "ends_on": ends_on,
        "by_liaison": True,
        "liaison_contact": "武××",
        **more,
    }


def powers(world: World, *names: str, on: dt.date = FIRST) -> list[Empowerment]:
    """Put powers of the department into force in the first street on a day, and leave the clock there."""
    clock.set_to(on)
    letter = world.effective(*names)
    return list(Empowerment.objects.filter(agreement=letter).order_by("item__number"))


def owing(world: World, *, on: dt.date = FIRST, today: dt.date | None = None) -> list[Empowerment]:
    """Powers in force, and what the department owes opened as of today."""
    found = powers(world, on=on)
    clock.set_to(today or on)
    open_duties(world.district)
    return found


def add(
    world: World,
    *,
    plan: TrainingPlan | None = None,
    streets: list[Organization] | None = None,
    items: list[Any] | None = None,
    **values: Any,
) -> Session:
    """Add a session of the department by its clerk; to all streets and without powers by default."""
    joint = values.get("kind") == "joint"
    return sessions.add_session(
        organization=world.justice_bureau if joint else world.department,
        actor=world.justice if joint else world.clerk,
        plan=plan,
        values=session_values(**values),
        items=items or [],
        streets=world.streets if streets is None else streets,
    )


def listed(world: World, session: Session, street: Organization, *names: str, present: bool = True) -> None:
    """Put names of a street on the list by the department's clerk."""
    attendance.add_names(session, people=attendance.listed(names, street, present=present), actor=world.clerk)


def held(
    world: World,
    on: dt.date,
    *streets: Organization,
    items: list[Any] | None = None,
    entered: dt.date | None = None,
) -> Session:
    """A session held on a day and entered that day, or on another one, with one person of each of these streets.

    The first street by default.
    """
    present = streets or (world.street,)
    with clock.travel(entered or on):
        session = add(world, planned_on=on, items=items)
        for street in present:
            listed(world, session, street, "张×")
        return sessions.hold_session(session, held_on=on, actor=world.clerk)


def plan_of(world: World, year: int) -> TrainingPlan:
    """Begin the plan of the department for a year."""
    return training_plans.create_plan(organization=world.department, year=year, actor=world.clerk)
