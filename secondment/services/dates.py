"""The dates that hang on a secondment: arrival, end of the term, end of the certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from secondment.choices import SecondmentState
from secondment.deadlines.staff import ARRIVAL, CERTIFICATE, TERM
from secondment.models import Person, Secondment
from secondment.selectors.figures import staff_figures
from xianan.core import clock
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.services import close
from xianan.deadlines.services.opening import Due, open_many


def working_days(district: int, count: int, start: dt.date) -> dt.date:
    """Return the ``count``-th working day of a district after a day."""
    return calendar_of(district).working_days_after(start, count)


def await_arrival(row: Secondment) -> None:
    """Open the date by which the street confirms the arrival: working days from the start, or from today."""
    days = staff_figures(row.district_id).arrival_working_days
    due_on = working_days(row.district_id, days, max(row.starts_on, clock.today()))
    open_many(ARRIVAL, [Due(row, row.street, due_on, f"{row.organization}下沉人员{row.person}到岗待确认")])


def close_arrival(row: Secondment, outcome: str) -> None:
    """Close it."""
    close(ARRIVAL, [row], outcome=outcome)


def date_secondment(row: Secondment) -> None:
    """Open or move the dates of somebody who serves: the end of the term and of the certificate."""
    open_many(TERM, [Due(row, row.organization, row.planned_until, f"{row.person}在{row.street}的下沉期满")])
    date_certificates(row.person, [row])


def date_certificates(person: Person, rows: Iterable[Secondment]) -> None:
    """Bring the dates of a certificate to what it says, for the services that go on."""
    serving = [row for row in rows if row.state == SecondmentState.SERVING]
    if person.certificate_until is None:
        close(CERTIFICATE, serving, outcome="none")
        return
    open_many(
        CERTIFICATE,
        [
            Due(row, row.organization, person.certificate_until, f"{person}（{row.street}）的执法证到期")
            for row in serving
        ],
    )


def close_secondment(row: Secondment, outcome: str) -> None:
    """Close the dates of a secondment that has ended."""
    close(TERM, [row], outcome=outcome)
    close(CERTIFICATE, [row], outcome=outcome)
