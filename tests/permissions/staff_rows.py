"""A row of every kind and state of seconded staff in a unit, for the matrix to walk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from secondment.exemptions import steps as exemptions
from secondment.models import Exemption, Replacement, Secondment
from secondment.replacements import steps as replacements
from secondment.services.coverage import refresh
from secondment.services.people import Particulars
from secondment.services.registration import Term, register
from secondment.terms.steps import confirm_arrival
from tests.secondment.staff.support import id_number, scan
from xianan.core import clock

DAY = dt.timedelta(days=1)
OLD = dt.date(1960, 1, 1)


def particulars(name: str, serial: int, born: dt.date = dt.date(1986, 5, 20)) -> Particulars:
    return Particulars(
        name=name,
        id_number=id_number(serial, born),
        track="civil",
        certificate_number=f"鄂L{serial:06d}",
        certificate_until=clock.today() + 2000 * DAY,
        membership="party",
    )


TOLD = {
    "draft": "起草",
    "requested": "已提",
    "declined": "不换",
    "accepted": "同意",
    "confirmed": "确认",
    "submitted": "登记",
}
"""How rows are called by their state, for pages are looked at for words that are not Chinese."""


class Staff:
    """Services by state (waiting, approval, serving), demands by state, exemptions by state."""

    def __init__(self, world: Any, unit: Any, first: int) -> None:
        self.world, self.unit, self.serial = world, unit, first
        self.services: dict[str, Secondment] = {
            "waiting": self._register("待到岗"),
            "approval": self._register("超龄", OLD),
            "serving": self._serve("在岗"),
        }
        self.replacements: dict[str, Replacement] = {
            state: self._demand(state) for state in ("draft", "requested", "declined", "accepted")
        }
        self.exemptions: dict[str, Exemption] = {
            state: self._exemption(state) for state in ("confirmed", "submitted")
        }
        refresh(world.district)

    def _register(self, what: str, born: dt.date | None = None) -> Secondment:
        unit, today = self.unit, clock.today()
        self.serial += 1
        start = today if what == "待到岗" else today - 30 * DAY
        row = register(
            particulars(unit.name(what), self.serial, *([born] if born else [])),
            Term(unit.street, start, today + 700 * DAY, over_age_reason="专业骨干" if born else ""),
            organization=unit.department,
            actor=self.world.clerk_of(unit.department),
        )
        scan(row, self.world.clerk_of(unit.department))
        return row

    def _serve(self, what: str) -> Secondment:
        row = self._register(what)
        return confirm_arrival(row, on=row.starts_on, actor=self.world.clerk_of(self.unit.street))

    def _demand(self, state: str) -> Replacement:
        world, unit = self.world, self.unit
        row = replacements.draft(
            self._serve(f"替换{TOLD[state]}"), kind="other", facts="事实", actor=world.clerk_of(unit.street)
        )
        if state == "draft":
            return row
        row = replacements.request(row, actor=world.head_of(unit.street))
        head = world.head_of(unit.department)
        if state == "declined":
            return replacements.decline(row, answer="另行商量", actor=head)
        if state == "accepted":
            return replacements.accept(
                row, leaves_on=clock.today(), successor_by=clock.today() + 9 * DAY, actor=head
            )
        return row

    def _exemption(self, state: str) -> Exemption:
        world, unit = self.world, self.unit
        days = {"submitted": 900, "confirmed": 10}[state]
        row = exemptions.submit(
            organization=unit.department,
            street=unit.street,
            kind="principle",
            reason=unit.name(f"豁免{TOLD[state]}"),
            starts_on=clock.today() + days * DAY,
            ends_on=clock.today() + (days + 90) * DAY,
            actor=world.clerk_of(unit.department),
        )
        return exemptions.confirm(row, actor=world.establishment) if state == "confirmed" else row
