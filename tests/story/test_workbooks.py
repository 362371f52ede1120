"""The workbooks that a demonstration offers beside the upload box read as their names say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from demo.workbooks import filings
from empowerment.filings.steps import create_filing
from empowerment.models import Filing
from xianan.imports.models import Upload
from xianan.imports.services import upload_workbook
from xianan.organizations.models import Organization

pytestmark = pytest.mark.django_db
DEPARTMENTS = ("区城市管理执法局", "区消防救援大队", "区应急管理局", "区民政局", "区公安分局")


@pytest.fixture
def filing(world: Any, request: pytest.FixtureRequest) -> Filing:
    """A draft of a department that has items among those of the district."""
    name = getattr(request, "param", DEPARTMENTS[0])
    Organization.objects.filter(name=name).update(name="另一机构", short_name="另一机构")
    Organization.objects.filter(pk=world.department.pk).update(name=name)
    world.department.refresh_from_db()
    return create_filing(organization=world.department, title="第三批", actor=world.clerk)


def upload(world: Any, filing: Filing, place: int) -> Upload:
    sample = filings(filing.organization)[place]
    return upload_workbook("filing", filing, data=sample.make(), filename=sample.filename, actor=world.clerk)


@pytest.mark.parametrize("filing", DEPARTMENTS, indirect=True)
@pytest.mark.parametrize("place", [0, 2])
def test_the_filled_template_and_the_old_table_have_no_faults(world: Any, filing: Filing, place: int) -> None:
    report = upload(world, filing, place).report
    assert report["new"] == report["rows"] > 0
    assert report["errors"] == []


@pytest.mark.parametrize("filing", DEPARTMENTS, indirect=True)
def test_the_table_of_an_office_has_the_four_faults_that_it_promises(world: Any, filing: Filing) -> None:
    report = upload(world, filing, 1).report
    assert "四处" in filings(filing.organization)[1].shows
    columns = [fault["column"] for fault in report["errors"]]
    assert len(columns) == 4, report["errors"]
    assert report["rows"] == report["new"] + 4
    assert set(report["members"]) == {"温泉街道", "浮山街道", "永安街道"}


def test_they_are_offered_beside_the_box_and_only_in_a_demonstration(
    world: Any, filing: Filing, settings: Any
) -> None:
    client: Client = world.client(world.clerk)
    pages, name = (
        (f"/filings/{filing.pk}/", f"/filings/{filing.pk}/upload/"),
        "区城市管理执法局-原始报表.xlsx",
    )
    settings.DEMO = True
    assert all(name in client.get(page).content.decode() for page in pages)
    answer = client.get("/filings/template/?sample=2")
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert client.get("/filings/template/?sample=3").headers["Content-Type"] == "text/csv"
    assert client.get("/filings/template/?sample=4").status_code == 404
    settings.DEMO = False
    assert not any(name in client.get(page).content.decode() for page in pages)
    assert client.get("/filings/template/?sample=2").status_code == 404
