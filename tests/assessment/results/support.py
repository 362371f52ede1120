"""A cycle scored to the end, with the points each street is to come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessment.corrections.outcome import Change
from assessment.corrections.steps import answer_objection, confirm_correction, correct_points
from assessment.cycles import steps as moves
from assessment.models import Correction, Cycle, Objection
from assessment.selectors import cycles
from assessment.services import scores
from assessment.services.scores import Event, Sheet
from tests.assessment.support import cycle, indicator, kept, scheme
from xianan.core import clock
from xianan.organizations.models import User

ROWS = (("1.1", 60_00, "hand", {}), ("1.2", 40_00, "deductions", {}))


def scored(world: Any, given: Mapping[str, int], rows: Any = ROWS, **more: Any) -> Cycle:
    """A cycle with the leading group; ``given`` are hundredths of 1.1 by the street's name, else full."""
    return kept(world, _scored, given=given, rows=rows, **more)


def _scored(world: Any, given: Mapping[str, int], rows: Any, **more: Any) -> Cycle:
    row = cycle(world, "to_scoring", made=scheme(world, rows), **more)
    for street in cycles.streets(row):
        points = given.get(str(street), 60_00)
        give(world, row, street, "1.1", Sheet(points=points, note="" if points == 60_00 else "有欠缺"))
        give(world, row, street, "1.2", Sheet())
    return moves.to_leading(row, actor=world.establishment)


def give(world: Any, row: Cycle, street: Any, code: str, sheet: Sheet) -> None:
    scores.save_score(
        row,
        street=street,
        indicator=indicator(row, code),
        sheet=sheet,
        revision=0,
        actor=world.clerk,
        done=True,
    )


def event(amount: int, times: int = 1) -> Event:
    return Event(amount=amount, times=times, cause="超期办理", proof="案卷 3 号")


def public(world: Any, row: Cycle) -> Cycle:
    """In publicity, on its first day."""
    clock.set_to(cycles.days_of(row)["publicity"].starts_on)
    return moves.to_publicity(row, actor=world.establishment)


def published(world: Any, row: Cycle) -> Cycle:
    """Published on the day after the publicity period."""
    row = public(world, row)
    end = cycles.days_of(row)["publicity"].ends_on
    clock.set_to(end.fromordinal(end.toordinal() + 1))
    return moves.publish(row, actor=world.establishment)


def second(world: Any) -> User:
    """Another person of 区委编办, who confirms what the first one enters."""
    there = User.objects.filter(organization=world.establishment_bureau, username__endswith="fuhe").first()
    return there or world.person("fuhe", world.establishment_bureau, "establishment", name="萧×")


def change(after: int | None = None, events: Any = None, **more: Any) -> Change:
    """What is put right, by the leading group's decision of today."""
    values = {"decided_on": clock.today(), "decision": "领导小组会议纪要〔2027〕1号", **more}
    return Change(after=after, events=events, **values)


def entered(
    world: Any, row: Cycle, street: Any, code: str, *, reason: str = "核对有误", **more: Any
) -> Correction:
    """A correction that waits for a second person."""
    return correct_points(
        row, street=street, indicator=indicator(row, code), change=change(**more), reason=reason,
        actor=world.establishment,
    )  # fmt: skip


def corrected(world: Any, row: Cycle, street: Any, code: str, **more: Any) -> Correction:
    """A correction that a second person has confirmed."""
    return confirm_correction(entered(world, row, street, code, **more), actor=second(world))


def answered(world: Any, objection: Objection, answer: str, **more: Any) -> Objection:
    """An objection whose points are put right, confirmed by a second person."""
    answer_objection(objection, change=change(**more), answer=answer, actor=world.establishment)
    confirm_correction(objection.corrections.get(state="pending"), actor=second(world))
    objection.refresh_from_db()
    return objection
