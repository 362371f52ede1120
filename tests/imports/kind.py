"""A kind of its own: the members of an organization, with a column for every parser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.urls import reverse

from xianan.core.errors import DomainError
from xianan.imports.parsers import Choice, Date, IdNumber, Integer, OrganizationName, Phone, Text, Tick
from xianan.imports.registry import register
from xianan.imports.report import CheckedLine, Existing
from xianan.imports.sheet import CheckRow, Column, SheetKind
from xianan.organizations.models import Organization, User
from xianan.organizations.selectors import streets

EARLIEST = dt.date(2020, 1, 1)


class Member(models.Model):
    """What the kind writes. It belongs to no app, so that no test of the portal's own models meets it."""

    organization_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    id_number = models.CharField(max_length=18)
    street = models.BigIntegerField()
    sex = models.CharField(max_length=6, blank=True)
    starts_on = models.DateField(null=True)
    months = models.IntegerField(null=True)
    full_time = models.BooleanField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    remarks = models.CharField(max_length=500, blank=True)

    class Meta:
        app_label = "tests_imports"
        apps = Apps()
        constraints = [models.UniqueConstraint(fields=("organization_id", "id_number"), name="member_once")]

    def __str__(self) -> str:
        return self.name


@register
class MemberImport(SheetKind[Organization]):
    key = "members"
    owner_model = Organization
    label = "人员登记表"
    target = "人员名册"
    noun, unit = "人员", "人"
    view, right = "view_filing", "draft_filing"
    identity = (("id_number",), ("name", "street"))
    shown = ("name", "street")

    def columns(self, owner: Organization) -> Sequence[Column]:
        return (
            Column("name", "姓名", Text(6), ("人员姓名",), required=True, width=12),
            Column("id_number", "身份证号", IdNumber(), ("公民身份号码",), private=True, width=24),
            Column(
                "street", "下沉街道", OrganizationName(streets(owner.district_id)), ("街道",), required=True
            ),
            Column("sex", "性别", Choice({"male": ("男", "男性"), "female": ("女", "女性")})),
            Column("starts_on", "到岗日期", Date(EARLIEST), ("起始日期",)),
            Column("months", "服务期（月）", Integer(1, 60, unit="个月"), hint="不少于 12 个月"),
            Column("full_time", "是否全脱产", Tick(), example="是"),
            Column("phone", "联系电话", Phone(), ("手机号",), private=True),
            Column("remarks", "备注", Text(20, lines=True)),
        )

    def existing(self, owner: Organization) -> list[Existing]:
        fields = [column.key for column in self.columns(owner)]
        rows = Member.objects.filter(organization_id=owner.pk).order_by("pk")
        return [Existing(str(row.pk), {name: getattr(row, name) for name in fields}) for row in rows]

    def check_row(self, row: CheckRow, owner: Organization) -> None:
        if row.get("months") and row["months"] < 12:
            row.error("months", "too_short", "服务期少于 12 个月", "改为 12 个月以上")
        if row.get("starts_on") and row["starts_on"] > dt.date(2030, 1, 1):
            row.warn("starts_on", "far_off", "到岗日期太远", "核对日期")
        if row.get("id_number") and not row.get("phone"):
            row.warn("phone", "no_phone", f"{row['id_number']}没有填写联系电话", "补填电话")

    def write(self, owner: Organization, lines: Sequence[CheckedLine], *, actor: User) -> None:
        for line in lines:
            if line.values["name"] == "不收":
                raise DomainError("not_wanted", "名册不收这个人。")
            member = Member.objects.get(pk=line.match) if line.match else Member(organization_id=owner.pk)
            for name, value in line.values.items():
                setattr(member, name, value)
            member.save()

    def page(self, owner: Organization) -> str:
        return reverse("portal:home")


HEAD = ("姓名", "身份证号", "下沉街道", "性别", "到岗日期", "服务期（月）", "是否全脱产", "联系电话", "备注")


def id_number(n: int, birthday: str = "19900307") -> str:
    """A number with a right check digit."""
    body = f"421202{birthday}{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def person(n: int, **other: Any) -> list[Any]:
    """A row under HEAD without a fault."""
    row = {
        "姓名": f"张三{n}", "身份证号": id_number(n % 1000, f"19{90 - n // 1000:02d}0307"), "下沉街道": "温泉街道",
        "性别": "男", "到岗日期": "2026-03-01", "服务期（月）": "24", "是否全脱产": "是",
        "联系电话": f"138{n:08d}", "备注": "",
    }  # fmt: skip
    return list({**row, **other}.values())
