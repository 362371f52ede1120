"""People: found again by their identity number, kept up to date by their department (P12, P31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from secondment.choices import Membership, SecondmentState, Track
from secondment.models import Person, Secondment
from secondment.models.people import TOLD
from secondment.selectors.staff import types_in
from secondment.services.dates import date_certificates
from secondment.services.judging import elsewhere, judge_certificate, other_name
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.fields import blind_index
from xianan.core.identity import birth_date_of, id_number_fault, tidy_id_number
from xianan.core.locks import lock
from xianan.core.names import person_name, same_person_name
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

OPEN = (SecondmentState.APPROVAL, SecondmentState.REGISTERED, SecondmentState.SERVING)
PRIVATE = ("id_number", "born_on")
"""Fields whose content no log holds."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a department says of a person. Dates are local; ``born_on`` may be left to the identity number."""

    name: str
    id_number: str
    track: str
    born_on: dt.date | None = None
    post: str = ""
    specialty: str = ""
    certificate_number: str = ""
    certificate_until: dt.date | None = None
    membership: str = Membership.NONE

    def checked(self) -> dict[str, Any]:
        """Return the values as they are kept. Raises DomainError naming the field.

        Errors: name_missing, id_number, born_on, track, membership, certificate_pair.
        """
        number = tidy_id_number(self.id_number)
        if not person_name(self.name):
            raise DomainError("name_missing", "未填写姓名。", field="name")
        if not number:
            raise DomainError("id_number", "未填写身份证号码。", field="id_number")
        fault = id_number_fault(number)
        if fault:
            raise DomainError("id_number", f"{fault}。", field="id_number")
        born_on = birth_date_of(number)
        assert born_on is not None
        if self.born_on is not None and self.born_on != born_on:
            raise DomainError(
                "born_on",
                f"出生日期 {chinese_date(self.born_on)}与身份证号码所载的 {chinese_date(born_on)}不一致，核对两处。",
                field="born_on",
            )
        return {
            "name": person_name(self.name),
            "id_number": number,
            "born_on": born_on,
            **self.checked_changes(),
        }

    def checked_changes(self) -> dict[str, Any]:
        """Return what may change later: everything but name, number and birth."""
        if self.track not in Track.values:
            raise DomainError("track", "编制须为公务员或事业人员。", field="track")
        if self.membership not in Membership.values:
            raise DomainError(
                "membership", "组织关系须为党组织关系、团组织关系或无党（团）组织关系。", field="membership"
            )
        number = self.certificate_number.strip()
        if number and self.certificate_until is None:
            raise DomainError(
                "certificate_pair", "填写了执法证号，未填写执法证有效期。", field="certificate_until"
            )
        if self.certificate_until is not None and not number:
            raise DomainError(
                "certificate_pair", "填写了执法证有效期，未填写执法证号。", field="certificate_number"
            )
        return {
            "track": self.track,
            **{each.field.name: getattr(self, each.field.name).strip() for each in TOLD.values()},
            "certificate_number": number,
            "certificate_until": self.certificate_until,
            "membership": self.membership,
        }


def show_identity(person: Person, *, actor: User) -> str:
    """Return somebody's identity number and write down who asked for it. Errors: not_allowed."""
    scope_of(actor).require("view_identity", person, "organization", label="查看个人身份信息")
    record(person, "identity.shown", "查看身份证号码", actor=actor)
    return str(person.id_number)


def find_or_create(particulars: Particulars, *, organization: Organization, actor: User) -> Person:
    """Return the person with this identity number, locked, with what is said of them now.

    Somebody registered by another department passes to this one unless a secondment is open there. Errors:
    those of ``Particulars.checked``, and elsewhere, other_name. Needs the caller's transaction.
    """
    values = particulars.checked()
    index = blind_index(values["id_number"])
    found = _by_index(organization.district_id, index)
    if found is None:
        person = Person(
            district_id=organization.district_id, organization=organization, id_index=index, **values
        )
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            # Somebody else has registered the same person this very moment.
            found = _by_index(organization.district_id, index)
            if found is None:
                raise
        else:
            record(person, "person.created", "登记人员", actor=actor)
            return person
    if not same_person_name(found.name, values["name"]):
        raise other_name(values["name"], found.name if found.organization_id == organization.pk else "")
    if found.organization_id != organization.pk:
        _take_over(found, organization, actor)
    _write(found, {key: value for key, value in values.items() if key not in ("name", *PRIVATE)}, actor)
    return found


def _by_index(district: int, index: str) -> Person | None:
    return (
        Person.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(district=district, id_index=index)
        .first()
    )


def _take_over(person: Person, organization: Organization, actor: User) -> None:
    busy = Secondment.objects.filter(person=person, state__in=OPEN).select_related("street").first()
    if busy is not None:
        raise elsewhere(str(person.organization), str(busy.street), str(organization))
    before = person.organization
    person.organization = organization
    person.save(update_fields=["organization"])
    record(
        person,
        "person.moved",
        "调入派出部门",
        actor=actor,
        changes={"派出部门": (str(before), str(organization))},
    )


def _write(person: Person, values: Mapping[str, Any], actor: User) -> bool:
    changes = differences(person, values)
    if not changes:
        return False
    for key, value in values.items():
        setattr(person, key, value)
    person.save(update_fields=list(values))
    record(person, "person.changed", "修改人员情况", actor=actor, changes=changes)
    date_certificates(
        person,
        Secondment.objects.filter(person=person, state=SecondmentState.SERVING).select_related(
            "organization", "street"
        ),
    )
    return True


@transaction.atomic
def change_person(person: Person, particulars: Particulars, *, actor: User) -> Person:
    """Change what may change of a person: post, field, certificate, track, membership; never the identity.

    A new certificate moves the date of its end; one that the powers call for is not taken away. Errors:
    not_allowed, track, membership, certificate_pair, certificate_missing.
    """
    fresh = lock(person)
    scope_of(actor).require("register_secondment", fresh, "organization", label="修改人员情况")
    values = particulars.checked_changes()
    if fresh.certificate_number and not values["certificate_number"]:
        _refuse_to_drop_certificate(fresh, particulars)
    _write(fresh, values, actor)
    return fresh


def _refuse_to_drop_certificate(person: Person, particulars: Particulars) -> None:
    """Raise DomainError while a secondment goes on where the powers call for a certificate (P12)."""
    going_on = Secondment.objects.filter(person=person, state__in=OPEN).select_related(
        "organization", "street"
    )
    for row in going_on:
        judge_certificate(
            particulars,
            types_in(row.organization_id, row.street, row.starts_on),
            row.starts_on,
            organization=str(row.organization),
            street=str(row.street),
        )
