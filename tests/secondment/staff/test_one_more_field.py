"""A line of text that a department tells of a person is said once and stands wherever people are told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from secondment.forms.staff import PersonForm
from secondment.imports.staff import StaffImport
from secondment.models import Person
from secondment.models.people import TOLD
from secondment.services.papers import file_data
from tests.secondment.staff.support import START, TODAY, covered_from, serving
from xianan.core import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", TOLD)
def test_a_line_about_a_person_stands_in_form_workbook_page_file_and_paper(
    world: Any, client: Client, name: str
) -> None:
    covered_from(world, TODAY, "甲事项")
    clock.set_to(START)
    row = serving(world)
    field, label = TOLD[name].field, str(TOLD[name].field.verbose_name)
    Person.objects.filter(pk=row.person_id).update(**{field.name: "给排水专业"})
    row.person.refresh_from_db()
    form = PersonForm(row=row)
    assert form.fields[name].label == label and form.initial[name] == "给排水专业"
    columns = {column.key: column for column in StaffImport().columns(world.department)}
    assert columns[name].label == label
    (existing,) = StaffImport().existing(world.department)
    assert existing.values[name] == "给排水专业"
    assert [label, "给排水专业"] in file_data(row.person)["told"]
    client.force_login(world.clerk)
    page = client.get(reverse("secondment:secondment", args=[row.pk])).content.decode()
    client.force_login(world.personnel)
    kept = client.get(reverse("secondment:personal-file", args=[row.person_id])).content.decode()
    for shown in (page, kept):
        assert f"<dt>{label}</dt><dd>给排水专业</dd>" in shown


def test_a_changed_line_is_written_in_the_log(world: Any, client: Client) -> None:
    covered_from(world, TODAY, "甲事项")
    clock.set_to(START)
    row = serving(world)
    client.force_login(world.clerk)
    address = reverse("secondment:secondment-person", args=[row.pk])
    typed = {name: str(value or "") for name, value in PersonForm(row=row).initial.items()}
    assert client.post(address, {**typed, **dict.fromkeys(TOLD, "改后")}).status_code == 302
    row.person.refresh_from_db()
    assert {value for _, value in row.person.told} == {"改后"}
