"""Forms over organizations, people and roles. They read what was typed; services decide and write."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q

from xianan.ui.forms import Form, RowField

from .choices import Duty, KeyKind, Kind
from .models import District, Organization, PersonKey, User, active, ceased
from .passwords import PasswordRule
from .person_keys import Key
from .roles import ROLES
from .rules import credit_code_fault

ORGANIZATION_FIELDS = (
    "name", "short_name", "full_name", "aliases", "kind", "duty", "empowering",
    "credit_code", "code", "parent", "display_order", "active_from",
)  # fmt: skip
ALIAS_BREAK = re.compile(r"[、，,；;\s]+")
LONGEST_ALIAS = 60
KEY_HINT = "一人多个账号的，各账号填同一号码，据此识别同一自然人；加密保存，不再显示全号。未填的账号不能签署"


class OrganizationForm(Form):
    name = forms.CharField(label="名称", max_length=60)
    short_name = forms.CharField(
        label="简称", max_length=20, required=False, help_text="窄处显示，如“东门街道”写“东门”；不填则用名称"
    )
    full_name = forms.CharField(
        label="全称", max_length=120, required=False, help_text="文书落款使用；不填则用名称"
    )
    aliases = forms.CharField(
        label="别名",
        max_length=300,
        required=False,
        help_text="部门表格中出现过的其他叫法，用顿号分开；导入时据此认出本机构",
    )
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Kind.choices])
    duty = forms.ChoiceField(
        label="全区职责",
        choices=[("", "无"), *Duty.choices],
        required=False,
        help_text="承担文件所列全区职责的机构",
    )
    empowering = forms.BooleanField(
        label="赋权部门",
        required=False,
        help_text="可以申报赋权事项、作为确认书甲方；街道和司法所不能是赋权部门",
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=18, required=False, help_text="18 位，校验位自动核对；写入确认书"
    )
    code = forms.CharField(label="机构代码", max_length=20, required=False, help_text="街道填行政区划代码")
    parent = RowField(
        label="上级机构", queryset=Organization.objects.none(), required=False, help_text="司法所填所在街道"
    )
    display_order = forms.IntegerField(
        label="排序", min_value=0, max_value=999_999, help_text="小的在前，按机构位次编排"
    )
    active_from = forms.DateField(
        label="成立日期", required=False, help_text="该日起可以为其办理；不填为一直存在"
    )

    def __init__(
        self, *args: Any, district: District, row: Organization | None = None, **kwargs: Any
    ) -> None:
        if row is not None:
            kwargs["initial"] = {
                **{name: getattr(row, name) for name in ORGANIZATION_FIELDS},
                "aliases": "、".join(row.aliases),
                "parent": row.parent_id,
            }
        else:
            kwargs.setdefault("initial", {"display_order": 1000})
        super().__init__(*args, **kwargs)
        others = Organization.objects.filter(active(), district=district)
        if row is not None:
            others = others.exclude(pk=row.pk)
            if row.parent_id:
                others |= Organization.objects.filter(pk=row.parent_id)
        parent = self.field("parent", RowField)
        parent.queryset = others
        parent.empty_label = "无"

    def clean_name(self) -> str:
        return "".join(str(self.cleaned_data["name"]).split())

    def clean_credit_code(self) -> str:
        code = str(self.cleaned_data["credit_code"]).replace(" ", "").upper()
        if code and (fault := credit_code_fault(code)):
            raise forms.ValidationError(fault)
        return code

    def clean_aliases(self) -> list[str]:
        found = [part for part in ALIAS_BREAK.split(str(self.cleaned_data["aliases"])) if part]
        long = next((part for part in found if len(part) > LONGEST_ALIAS), "")
        if long:
            raise forms.ValidationError(f"别名“{long[:12]}…”超过 {LONGEST_ALIAS} 字")
        return list(dict.fromkeys(found))


class ReasonForm(Form):
    """A step that asks why."""

    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea, help_text="写入办理记录，不超过 500 字"
    )


class CloseForm(ReasonForm):
    """The last day of an organization and who takes over; the service judges both."""

    field_order = ("active_until", "successor", "reason")
    active_until = forms.DateField(label="撤销日期", help_text="含当日；次日起不能再为该机构办理")
    successor = RowField(
        label="承接机构",
        queryset=Organization.objects.none(),
        required=False,
        empty_label="无",
        help_text="同类机构，撤销次日已经成立",
    )

    def __init__(self, *args: Any, row: Organization, **kwargs: Any) -> None:
        kwargs["initial"] = {"active_until": row.active_until, "successor": row.successor_id}
        super().__init__(*args, **kwargs)
        group = Kind(row.kind).group
        self.field("successor", RowField).queryset = Organization.objects.filter(
            district=row.district_id, kind__in=[kind for kind in Kind if kind.group == group]
        ).exclude(pk=row.pk)


class PersonForm(Form):
    """Name, title, organization and key of a person; of a new one account and first password too.

    The key is typed anew where it is changed and never shown whole; nobody changes the own one.
    """

    organization = RowField(label="所在机构", queryset=Organization.objects.none())
    name = forms.CharField(label="姓名", max_length=60)
    title = forms.CharField(label="职务", max_length=60, required=False)
    key_kind = forms.ChoiceField(
        label="人员标识种类", choices=KeyKind.choices, initial=KeyKind.IDENTITY, required=False
    )
    key = forms.CharField(
        label="人员标识",
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=KEY_HINT,
    )
    username = forms.CharField(
        label="账号",
        max_length=60,
        validators=[UnicodeUsernameValidator(message="账号由文字、数字和 @ . + - _ 组成")],
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="登录用，设定后不能修改",
    )
    password = forms.CharField(
        label="初始密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=PasswordRule().get_help_text(),
    )

    def __init__(
        self, *args: Any, district: District, row: User | None = None, is_own: bool = False, **kwargs: Any
    ) -> None:
        kept = PersonKey.objects.filter(user=row).first() if row is not None else None
        if row is not None:
            kwargs["initial"] = {
                "organization": row.organization_id,
                "name": row.name,
                "title": row.title,
                **({"key_kind": kept.kind} if kept else {}),
            }
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["username"]
            del self.fields["password"]
        if kept is not None:
            self.fields["key"].help_text = f"现为 {kept}；不更改则留空"
        if is_own:
            del self.fields["key_kind"]
            del self.fields["key"]
        field = self.field("organization", RowField)
        own = Q(pk=row.organization_id) if row is not None else Q()
        field.queryset = Organization.objects.filter(active() | own, district=district)

    def clean(self) -> dict[str, Any]:
        """Make one value of kind and number: None where no number was typed."""
        values = super().clean() or {}
        kind, number = values.pop("key_kind", ""), values.pop("key", "")
        key = Key(kind or KeyKind.IDENTITY.value, number) if number.strip() else None
        if key is not None and (fault := key.fault()):
            self.add_error("key", fault)
        return {**values, "key": key}


class NewPasswordForm(Form):
    password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=PasswordRule().get_help_text(),
    )


class RoleForm(Form):
    """Give a role in an organization from a day, perhaps until a day."""

    organization = RowField(label="机构", queryset=Organization.objects.none())
    role = forms.ChoiceField(label="角色", choices=[])
    starts_on = forms.DateField(label="起始日期")
    ends_on = forms.DateField(label="截止日期", required=False, help_text="含当日；不填为长期")

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.field("organization", RowField)
        # One that is yet to be founded gets its people before.
        field.queryset = Organization.objects.filter(district=district).exclude(ceased())
        role = self.field("role", forms.ChoiceField)
        role.choices = [
            ("", "请选择"),
            *((key, f"{known.label}（{known.description}）") for key, known in ROLES.items()),
        ]
