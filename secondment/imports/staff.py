"""The workbooks of this app: the people a department sends to the streets (P11, P12, P28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from empowerment.selectors.pairs import pairs_in_force
from secondment.choices import Funding, Membership, Track
from secondment.models import Person, Secondment
from secondment.models.people import TOLD
from secondment.selectors.figures import staff_policy
from secondment.selectors.staff import last_of
from secondment.services.judging import (
    Taken,
    elsewhere,
    judge_age,
    judge_certificate,
    judge_overlap,
    judge_term,
    other_name,
)
from secondment.services.people import OPEN, Particulars, change_person
from secondment.services.registration import GONE, Term, register
from xianan.core.errors import DomainError
from xianan.core.fields import blind_index
from xianan.core.identity import tidy_id_number
from xianan.core.names import same_person_name
from xianan.imports.parsers import Choice, Date, IdNumber, OrganizationName, PersonName, Text
from xianan.imports.registry import register as register_kind
from xianan.imports.report import CheckedLine, Existing
from xianan.imports.sheet import CheckRow, Column, SheetKind
from xianan.organizations.models import Organization, User
from xianan.organizations.selectors import streets
from xianan.ui.fields import longest_of

PERSONAL = ("track", *TOLD, "certificate_number", "certificate_until", "membership")
"""Fields that a workbook may change of somebody who is registered already."""
_SYNONYMS = {"specialty": ("专业",)}


@register_kind
class StaffImport(SheetKind[Organization]):
    """People registered for streets; those who are registered already are brought up to date."""

    key = "seconded"
    owner_model = Organization
    label = "下沉人员登记表"
    target = "下沉人员"
    noun, unit = "人员", "人"
    view, right, right_label = "view_secondment", "register_secondment", "登记下沉人员"
    identity = (("id_number", "starts_on"),)
    shown = ("name", "street", "starts_on")

    def columns(self, owner: Organization) -> Sequence[Column]:
        return (
            Column("name", "姓名", PersonName(40), ("人员姓名",), required=True, width=10),
            Column(
                "id_number",
                "身份证号码",
                IdNumber(),
                ("身份证号", "公民身份号码"),
                required=True,
                private=True,
                width=24,
            ),
            Column(
                "born_on",
                "出生日期",
                Date(),
                private=True,
                hint="可以不填，填写的须与身份证号码一致",
                width=14,
            ),
            Column("track", "编制", Choice(Track), ("编制性质",), required=True, width=10),
            *(
                Column(
                    key,
                    str(each.field.verbose_name),
                    Text(longest_of(each)),
                    _SYNONYMS.get(key, ()),
                    width=20,
                )
                for key, each in TOLD.items()
            ),
            Column("certificate_number", "执法证号", Text(40), ("行政执法证号",), width=18),
            Column("certificate_until", "执法证有效期至", Date(), ("执法证有效期",), width=16),
            Column("membership", "组织关系", Choice(Membership), required=True, width=18),
            Column(
                "street",
                "下沉街道",
                OrganizationName(streets(owner.district_id)),
                ("街道",),
                required=True,
                width=14,
            ),
            Column("starts_on", "下沉之日", Date(), ("下沉日期", "起始日期"), required=True, width=14),
            Column(
                "planned_until", "期满之日", Date(), ("计划结束日期", "结束日期"), required=True, width=14
            ),
            Column("post", "下沉岗位", Text(60), width=16),
            Column(
                "funding", "经费来源", Choice(Funding), required=True, hint="只能是派出部门预算", width=16
            ),
            Column("over_age_reason", "超过年龄的理由", Text(300), hint="未超过年龄的不填", width=30),
        )

    def existing(self, owner: Organization) -> list[Existing]:
        rows = Secondment.objects.filter(organization=owner, state__in=OPEN).select_related("person")
        return [Existing(str(row.pk), _values(row)) for row in rows.order_by("pk")]

    def check_rows(self, rows: Sequence[CheckRow], owner: Organization) -> None:
        _Judge(rows, owner).all()

    def write(self, owner: Organization, lines: Sequence[CheckedLine], *, actor: User) -> None:
        places = {street.pk: street for street in streets(owner.district_id)}
        known = {
            str(row.pk): row
            for row in Secondment.objects.filter(
                pk__in=[line.match for line in lines if line.match]
            ).select_related("person")
        }
        for line in lines:
            if line.match:
                row = known[line.match]
                change_person(row.person, _said_of(row, line.values), actor=actor)
            else:
                values = line.values
                term = Term(
                    street=places[values["street"]],
                    starts_on=values["starts_on"],
                    planned_until=values["planned_until"],
                    post=values.get("post") or "",
                    funding=values["funding"],
                    over_age_reason=values.get("over_age_reason") or "",
                )
                register(_particulars(values), term, organization=owner, actor=actor)

    def page(self, owner: Organization) -> str:
        return reverse("secondment:secondments")


def _values(row: Secondment) -> dict[str, Any]:
    person = row.person
    return {
        "name": person.name,
        "id_number": person.id_number,
        "born_on": person.born_on,
        "track": person.track,
        **{key: getattr(person, each.field.name) for key, each in TOLD.items()},
        "certificate_number": person.certificate_number,
        "certificate_until": person.certificate_until,
        "membership": person.membership,
        "street": row.street_id,
        "starts_on": row.starts_on,
        "planned_until": row.planned_until,
        "post": row.post,
        "funding": row.funding,
        "over_age_reason": row.over_age_reason,
    }


def _particulars(values: Mapping[str, Any]) -> Particulars:
    return Particulars(
        name=values["name"],
        id_number=values["id_number"],
        born_on=values.get("born_on"),
        track=values["track"],
        **{each.field.name: values.get(key) or "" for key, each in TOLD.items()},
        certificate_number=values.get("certificate_number") or "",
        certificate_until=values.get("certificate_until"),
        membership=values["membership"],
    )


def _said_of(row: Secondment, values: Mapping[str, Any]) -> Particulars:
    """Return what a line says of somebody registered; a column that the file lacks leaves what is there."""
    return _particulars({**_values(row), **values})


class _Judge:
    """Every row against the same rules as the form, with what they need read once for all rows."""

    def __init__(self, rows: Sequence[CheckRow], owner: Organization) -> None:
        self.rows, self.owner = [row for row in rows if not row.faulty], owner
        self.policy = staff_policy(owner.district_id)
        self.pairs = pairs_in_force(owner.district_id, organizations=[owner.pk])
        self.streets = {street.pk: str(street) for street in streets(owner.district_id)}
        indexes = {blind_index(tidy_id_number(row["id_number"])) for row in self.rows}
        self.people = {
            person.id_index: person
            for person in Person.objects.filter(
                district=owner.district_id, id_index__in=indexes
            ).select_related("organization")
        }
        self.services: dict[int, list[Secondment]] = defaultdict(list)
        taken = Secondment.objects.filter(person__in=list(self.people.values())).exclude(state__in=GONE)
        for secondment in taken.select_related("street", "person"):
            self.services[secondment.person_id].append(secondment)
        self.added: dict[str, list[Taken]] = defaultdict(list)

    def all(self) -> None:
        for row in self.rows:
            try:
                self._row(row)
            except DomainError as refusal:
                field = refusal.field or "name"
                sentence, _, remedy = refusal.message.rstrip("。").partition("。")
                row.error(field, refusal.code, sentence, remedy or "核对后改正，或删除此行")

    def _row(self, row: CheckRow) -> None:
        said = _particulars(row.values)
        values = said.checked()
        index = blind_index(values["id_number"])
        person = self.people.get(index)
        starts_on, until = row["starts_on"], row["planned_until"]
        if person is not None:
            if not same_person_name(person.name, values["name"]):
                raise other_name(
                    values["name"], person.name if person.organization_id == self.owner.pk else ""
                )
            same = next((each for each in self._own(person) if each.starts_on == starts_on), None)
            if same is not None:
                self._unchanged(row, same)
                self._keeps_certificate(row, same)
                return
            if person.organization_id != self.owner.pk:
                busy = next((each for each in self.services[person.pk] if each.state in OPEN), None)
                if busy is not None:
                    raise elsewhere(str(person.organization), str(busy.street), str(self.owner))
        figures = self.policy.on(starts_on)
        judge_term(starts_on, until, row["funding"], figures)
        street = self.streets[row["street"]]
        pair = self.pairs.get((self.owner.pk, row["street"]))
        judge_certificate(
            said, pair.types if pair else (), starts_on, organization=str(self.owner), street=street
        )
        judge_age(values["born_on"], starts_on, row.get("over_age_reason") or "", figures)
        kept = self.services[person.pk] if person else []
        taken = [Taken(str(each.street), each.starts_on, last_of(each)) for each in kept]
        judge_overlap(values["name"], starts_on, until, taken + self.added[index])
        self.added[index].append(Taken(street, starts_on, until))

    def _own(self, person: Person) -> list[Secondment]:
        return [
            each
            for each in self.services[person.pk]
            if each.organization_id == self.owner.pk and each.state in OPEN
        ]

    def _keeps_certificate(self, row: CheckRow, secondment: Secondment) -> None:
        """Refuse to take away a certificate that the powers call for (P12)."""
        said = _said_of(secondment, row.values)
        if secondment.person.certificate_number and not said.certificate_number.strip():
            pair = self.pairs.get((self.owner.pk, secondment.street_id))
            judge_certificate(
                said,
                pair.types if pair else (),
                secondment.starts_on,
                organization=str(self.owner),
                street=self.streets[secondment.street_id],
            )

    def _unchanged(self, row: CheckRow, secondment: Secondment) -> None:
        """Refuse another arrangement for a secondment that stands: that is done on its page."""
        before = _values(secondment)
        for field, value in before.items():
            if field in PERSONAL or field not in row.values or row.get(field) in (None, value):
                continue
            raise DomainError(
                "arranged",
                "该人员的下沉已登记，表格只更新人员情况。延长、调整、返回在该人员的页面办理",
                field=field,
            )


__all__ = ["StaffImport"]
