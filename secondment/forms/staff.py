"""What is typed in about people and their services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from secondment.choices import Funding, Membership, Track
from secondment.models import Person, Secondment
from secondment.models.people import TOLD
from secondment.selectors.figures import StaffFigures
from secondment.services.people import Particulars
from secondment.services.registration import Term
from xianan.documents.attachments.forms import AttachmentFields
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField

LONGEST = 300


class PersonFields(Form):
    """What may change of a person."""

    track = forms.ChoiceField(label="编制", choices=Track.choices, widget=forms.RadioSelect)
    certificate_number = forms.CharField(label="执法证号", max_length=40, required=False)
    certificate_until = forms.DateField(label="执法证有效期至", required=False)
    membership = forms.ChoiceField(label="组织关系", choices=Membership.choices, initial=Membership.NONE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({key: form_field(each) for key, each in TOLD.items()})
        self.order_fields([*(self.field_order or ()), "track", *TOLD])

    @property
    def told(self) -> list[forms.BoundField]:
        """The fields of TOLD, for a template."""
        return [self[key] for key in TOLD]

    def particulars(self, name: str, id_number: str, born_on: dt.date | None = None) -> Particulars:
        """Return what was typed in, as the services take it."""
        data = self.cleaned_data
        return Particulars(
            name=name,
            id_number=id_number,
            born_on=born_on,
            track=data["track"],
            **{each.field.name: data[key] for key, each in TOLD.items()},
            certificate_number=data["certificate_number"],
            certificate_until=data["certificate_until"],
            membership=data["membership"],
        )


class PersonForm(PersonFields):
    """Change a person; name and number stay."""

    def __init__(self, *args: Any, row: Secondment, **kwargs: Any) -> None:
        person: Person = row.person
        kwargs["initial"] = {
            "track": person.track,
            **{key: getattr(person, each.field.name) for key, each in TOLD.items()},
            "certificate_number": person.certificate_number,
            "certificate_until": person.certificate_until,
            "membership": person.membership,
        }
        super().__init__(*args, **kwargs)


class RegisterForm(AttachmentFields, PersonFields):
    """Register a person's secondment in a street."""

    attachments_of = Secondment

    name = forms.CharField(label="姓名", max_length=40)
    id_number = forms.CharField(
        label="身份证号码",
        max_length=40,
        help_text="加密保存。街道和其他单位只看到前 3 位和后 2 位",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": True}),
    )
    born_on = forms.DateField(
        label="出生日期", required=False, help_text="不填时取自身份证号码，填写的须与号码一致"
    )
    street = RowField(
        label="下沉街道", queryset=Organization.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    starts_on = forms.DateField(label="下沉之日")
    planned_until = forms.DateField(label="期满之日")
    post = forms.CharField(label="下沉岗位", max_length=60, required=False)
    funding = forms.ChoiceField(
        label="经费来源",
        choices=Funding.choices,
        initial=Funding.DEPARTMENT,
        help_text="由派出部门预算足额保障，不得增加街道负担（实施方案四（二））",
    )
    over_age_reason = forms.CharField(
        label="超过年龄仍下沉的理由",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    field_order = ("name", "id_number", "born_on")

    def __init__(self, *args: Any, organization: Organization, figures: StaffFigures, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets(organization.district_id)
        self.fields["planned_until"].help_text = f"不少于 {figures.months} 个月，下沉之日计入任期"
        self.fields[
            "over_age_reason"
        ].help_text = f"下沉之日已满 {figures.age_limit + 1} 周岁的写明为何须由本人下沉，报区委编办同意"

    def asked(self) -> tuple[Particulars, Term]:
        """Return the person and the term, as the secondment takes them."""
        data = self.cleaned_data
        return self.particulars(data["name"], data["id_number"], data["born_on"]), Term(
            street=data["street"],
            starts_on=data["starts_on"],
            planned_until=data["planned_until"],
            post=data["post"],
            funding=data["funding"],
            over_age_reason=data["over_age_reason"],
        )


class ReasonForm(Form):
    reason = forms.CharField(label="理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
