"""A district is its tables: loaded whole or not at all, added to but never overwritten."""

import csv
import datetime as dt
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from empowerment.models import ItemType
from xianan.documents.models import Certificate
from xianan.history.models import Entry
from xianan.organizations.choices import Duty, Kind
from xianan.organizations.models import District, Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import departments, office, streets
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.organizations import change_organization
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.selectors import parameters, version_in_force
from xianan.portal.loading.district import DEFAULT_FOLDER

pytestmark = pytest.mark.django_db


def load(*arguments: str, folder: Path = DEFAULT_FOLDER) -> str:
    out = StringIO()
    call_command("load_district", "--file", str(folder), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "tables"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8-sig")


@pytest.mark.sqlite
def test_the_district_has_its_offices_departments_and_streets() -> None:
    load()
    district = District.objects.get(code="421202")
    assert [street.name for street in streets(district)] == ["温泉街道", "浮山街道", "永安街道"]
    assert [street.code for street in streets(district)] == ["421202001", "421202002", "421202003"]
    for duty in Duty.values:
        assert office(district, duty) is not None, duty
    with (DEFAULT_FOLDER / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["赋权部门"] for row in csv.DictReader(file)}
    assert {row.name for row in departments(district)} == named
    for station in Organization.objects.filter(kind=Kind.STATION):
        assert station.parent is not None
        assert station.parent.name == station.name.replace("司法所", "街道")
    justice = Organization.objects.get(name="区司法局")
    assert justice.empowering
    assert justice.duty == Duty.JUSTICE


def test_the_seven_types_are_marked_as_named_by_the_document() -> None:
    load()
    named = ItemType.objects.filter(named_by_policy=True).values_list("name", flat=True)
    assert len(named) == 7
    assert list(ItemType.objects.exclude(named_by_policy=True).values_list("name", flat=True)) == [
        "其他行政权力"
    ]


def test_both_documents_have_their_figures_and_an_example_that_holds_today() -> None:
    load()
    district = District.objects.get()
    plan = parameters(district, "plan")
    assert plan["transition_months"] == 6
    assert plan["letter_prefix"] == "咸赋权确"
    assert plan["appraisal_shares"] == [60, 40]
    assessment = parameters(district, "assessment")
    assert assessment["work_pool"] == 500_000_000
    assert assessment["base_shares"] == [40, 30, 30]
    for document in ("plan", "assessment"):
        current = version_in_force(district, document)
        assert current is not None
        assert current.is_example
        trial = PolicyVersion.objects.get(document=document, is_example=False)
        assert trial.valid_until is not None
        assert trial.valid_until < current.valid_from
    for parameter in Parameter.objects.all():
        assert parameter.clause, parameter.key


def test_loading_again_adds_nothing_and_keeps_what_was_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "Change-me-2026")
    load("--admin", "bianban")
    admin = User.objects.get()
    change_organization(Organization.objects.get(name="温泉街道"), actor=admin, short_name="温泉办")
    entries = Entry.objects.count()
    certificates = Certificate.objects.count()
    said = load()
    assert "机构：新增 0，已有 32" in said
    assert Entry.objects.count() == entries
    assert Certificate.objects.count() == certificates == 33
    assert Organization.objects.get(name="温泉街道").short_name == "温泉办"


def test_the_first_account_can_do_what_the_establishment_office_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "Change-me-2026")
    said = load("--admin", "bianban", "--admin-name", "周×")
    assert "bianban" in said
    user = User.objects.get()
    assert user.check_password("Change-me-2026")
    assert scope_of(user).whole_district("assign_roles")
    assert sync_grants() == 0
    assert not user.is_superuser


def test_organizations_may_come_with_their_days_and_without_them_have_none(folder: Path) -> None:
    path = folder / "organizations.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    old = "区旧局,,,,区直部门,,是,,,2020-01-01,2025-12-31,区人社局"
    lines = [f"{head},成立日期,撤销日期,承接机构", *rows, old]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    load(folder=folder)
    row = Organization.objects.get(name="区旧局")
    assert (row.active_from, row.active_until) == (dt.date(2020, 1, 1), dt.date(2025, 12, 31))
    assert str(row.successor) == "区人社局"
    assert not Organization.objects.exclude(pk=row.pk).filter(active_from=None, active_until__isnull=False)
    path.write_text(
        "\n".join(lines).replace("2025-12-31", "2019-12-31").replace("区旧局", "区更旧局"),
        encoding="utf-8-sig",
    )
    with pytest.raises(CommandError, match="撤销日期不能早于成立日期"):
        load(folder=folder)


def test_without_the_option_there_is_no_account() -> None:
    load()
    assert not User.objects.exists()


def test_a_weak_first_password_undoes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "12345678")
    with pytest.raises(CommandError, match="密码"):
        load("--admin", "bianban")
    assert not District.objects.exists()


def test_without_a_terminal_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="ADMIN_PASSWORD"):
        load("--admin", "bianban")


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("organizations.csv", "永安街道,咸安区", ",咸安区", "organizations.csv 第 30 行：“名称”不能为空"),
        ("organizations.csv", ",街道,,,421202001", ",乡镇,,,421202001", "没有“乡镇”"),
        ("organizations.csv", "421202001,", "421202001,某局", "上级机构“某局”"),
        ("policies.csv", "2028-12-31", "2028年底", "“有效期至”应写作"),
        ("policies.csv", "2024-01-01,2024-01-01", "2024-01-01,", "“施行日期”不能为空"),
        ("parameters.csv", "40:30:30", "40:30:20", "须为 100"),
        ("parameters.csv", "transition_months,6", "transition_months,六", "不是整数"),
        ("parameters.csv", "transition_months,6", "unheard_of,6", "“名称”不能为空"),
        ("item_types.csv", "名称,文件列明", "名字,文件列明", "缺少列“名称”"),
        ("district.csv", "421202", "", "“代码”不能为空"),
    ],
)
def test_a_fault_in_a_table_is_told_by_place_and_nothing_is_loaded(
    folder: Path, table: str, old: str, new: str, told: str
) -> None:
    edit(folder / table, old, new)
    with pytest.raises(CommandError, match="没有载入任何内容") as refused:
        load(folder=folder)
    assert told in str(refused.value)
    assert not District.objects.exists()


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "policies.csv").unlink()
    with pytest.raises(CommandError, match=r"policies\.csv"):
        load(folder=folder)


def test_another_district_with_other_streets_stands_beside(folder: Path) -> None:
    edit(folder / "district.csv", "421202,咸宁市咸安区,咸安区", "429900,示例市示例区,示例区")
    text = (folder / "organizations.csv").read_text(encoding="utf-8-sig")
    head, *rows = text.splitlines()
    kept = [row for row in rows if ",街道," not in row and "街道司法所" not in row]
    new = [f"东{n}街道,示例区东{n}街道办事处,东{n},,街道,,,42990000{n}," for n in range(1, 8)]
    (folder / "organizations.csv").write_text("\n".join([head, *kept, *new]), encoding="utf-8-sig")
    load()
    load(folder=folder)
    assert District.objects.count() == 2
    assert streets(District.objects.get(code="429900")).count() == 7
    assert streets(District.objects.get(code="421202")).count() == 3
