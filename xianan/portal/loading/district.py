"""A district from its tables: organizations, types of powers, the two documents with their figures.

Run again it adds what is missing and leaves alone what is there, because 区委编办 edits these rows in
the portal.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from assessment.choices import IndicatorKind, Method, Mode, NoneDue
from assessment.rules.points import parse_points
from assessment.selectors.schemes import latest as latest_scheme
from assessment.services.setup import create_first_scheme
from empowerment.models import ItemType
from empowerment.services.setup import create_first_type
from xianan.core import clock
from xianan.documents.services import ensure_certificates
from xianan.history.services import record
from xianan.organizations.choices import Duty, Kind
from xianan.organizations.models import District, Organization
from xianan.organizations.services.setup import create_district, create_first_organization
from xianan.policy.choices import DocumentKey, ParameterKind
from xianan.policy.models import PolicyVersion
from xianan.policy.parameters import described, known_figure
from xianan.policy.services.setup import add_missing_parameters, create_first_version

from .tables import Row, TableError, read

DEFAULT_FOLDER: Path = settings.BASE_DIR / "fixtures" / "xianan"


@dataclass
class Loaded:
    """What a run added, by noun, and what was there already."""

    district: District
    added: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, noun: str, name: str, *, is_new: bool) -> None:
        if is_new:
            self.added[noun].append(name)
        else:
            self.kept[noun] += 1


@transaction.atomic
def load_district(folder: Path = DEFAULT_FOLDER) -> Loaded:
    """Read the tables of ``folder`` into the database, all or nothing.

    Errors: TableError with file, row and reason; DomainError where a row breaks a rule.
    """
    rows = list(read(folder / "district.csv", ("代码", "名称", "简称", "平台名称")))
    if len(rows) != 1:
        raise TableError("district.csv：应当只有一行。")
    district = District.objects.filter(code=rows[0].text("代码", needed=True)).first()
    is_new = district is None
    if district is None:
        district = create_district(
            code=rows[0].text("代码"),
            name=rows[0].text("名称", needed=True),
            short_name=rows[0].text("简称", needed=True),
            portal_name=rows[0].text("平台名称", needed=True),
        )
    loaded = Loaded(district)
    loaded.note("行政区", str(district), is_new=is_new)
    _organizations(folder, loaded)
    _types(folder, loaded)
    _policies(folder, loaded)
    _scheme(folder, loaded)
    return loaded


@transaction.atomic
def certify(district: District, *, valid_from: dt.datetime | None = None) -> int:
    """Give every organization that lacks one a certificate; return how many were issued."""
    issued = ensure_certificates(district, valid_from=valid_from)
    for certificate in issued:
        if certificate.organization is not None:
            record(certificate.organization, "certificate.issue", "签发证书", actor=None)
    return len(issued)


def _organizations(folder: Path, loaded: Loaded) -> None:
    headers = ("名称", "全称", "简称", "别名", "类别", "全区职责", "赋权部门", "代码", "上级机构")
    present = {row.name: row for row in Organization.objects.filter(district=loaded.district)}
    days = ("成立日期", "撤销日期", "承接机构")
    for place, row in enumerate(read(folder / "organizations.csv", headers, days), 1):
        name = row.text("名称", needed=True)
        loaded.note("机构", name, is_new=name not in present)
        if name in present:
            continue
        above, after = row.text("上级机构"), row.text("承接机构")
        for label, named in (("上级机构", above), ("承接机构", after)):
            if named and named not in present:
                raise TableError(f"{row.place}：{label}“{named}”须写在前面的行里。")
        present[name] = create_first_organization(
            loaded.district,
            values={
                "name": name,
                "full_name": row.text("全称"),
                "short_name": row.text("简称"),
                "aliases": row.words("别名"),
                "kind": row.choice("类别", Kind),
                "duty": row.choice("全区职责", Duty, needed=False),
                "empowering": row.yes("赋权部门"),
                "code": row.text("代码"),
                "parent": present[above] if above else None,
                "display_order": 10 * place,
                "active_from": row.date("成立日期"),
                "active_until": row.date("撤销日期"),
                "successor": present[after] if after else None,
            },
        )


def _types(folder: Path, loaded: Loaded) -> None:
    present = set(ItemType.objects.filter(district=loaded.district).values_list("name", flat=True))
    for place, row in enumerate(read(folder / "item_types.csv", ("名称", "文件列明", "同义词")), 1):
        name = row.text("名称", needed=True)
        loaded.note("事项类型", name, is_new=name not in present)
        if name not in present:
            create_first_type(
                loaded.district,
                name=name,
                synonyms=row.words("同义词"),
                named_by_policy=row.yes("文件列明"),
                display_order=10 * place,
            )


def _policies(folder: Path, loaded: Loaded) -> None:
    headers = ("文件", "标题", "文号", "印发日期", "施行日期", "有效期至", "示例", "说明")
    figures = _parameters(folder)
    present = {
        (row.document, row.valid_from): row for row in PolicyVersion.objects.filter(district=loaded.district)
    }
    for row in read(folder / "policies.csv", headers):
        document, start = row.choice("文件", DocumentKey), row.needed_date("施行日期")
        title = row.text("标题", needed=True)
        is_new = (document, start) not in present
        loaded.note("政策文件版本", title, is_new=is_new)
        values = [values for on, values in figures[document] if on is None or on == start]
        if not is_new:
            # A newer portal reads figures that an older one did not know.
            for label in add_missing_parameters(present[document, start], values):
                loaded.note("政策参数", label, is_new=True)
        else:
            create_first_version(
                loaded.district,
                document=document,
                title=title,
                reference=row.text("文号"),
                issued_on=row.needed_date("印发日期"),
                valid_from=start,
                valid_until=row.date("有效期至"),
                is_example=row.yes("示例"),
                note=row.text("说明"),
                parameters=values,
            )


def _scheme(folder: Path, loaded: Loaded) -> None:
    """Load the draft of this year's scoring scheme, unless the folder has none or the district has one."""
    path = folder / "scheme.csv"
    if not path.exists():
        return
    year = clock.today().year
    title = f"{year}年度街道管理体制改革工作考评细则（试行）"
    is_new = latest_scheme(loaded.district) is None
    loaded.note("考评细则", title, is_new=is_new)
    if not is_new:
        return
    headers = (
        "考评项目", "编号", "考评指标", "种类", "分值", "评分标准", "所需材料", "考评方式", "计分方式",
        "取数指标", "每件扣分", "另可逐项扣分",
    )  # fmt: skip
    create_first_scheme(
        loaded.district,
        year=year,
        title=title,
        note="正式的考评细则没有公开，本表按文件列明的四类内容草拟，由区委编办核定后使用。",
        rows=[_indicator(row) for row in read(path, headers, optional=("本年度无应办的",))],
    )


def _indicator(row: Row) -> dict[str, Any]:
    methods = {str(label): value for value, label in Method.choices}
    wrong = [word for word in row.words("考评方式") if word not in methods]
    if wrong:
        raise TableError(f"{row.place}：“考评方式”没有“{wrong[0]}”，应为：{'、'.join(methods)}。")
    return {
        "group": row.text("考评项目", needed=True),
        "code": row.text("编号", needed=True),
        "name": row.text("考评指标", needed=True),
        "kind": row.choice("种类", IndicatorKind),
        "points": _points(row, "分值"),
        "rule": row.text("评分标准", needed=True),
        "evidence": row.text("所需材料"),
        "methods": [methods[word] for word in row.words("考评方式")],
        "mode": row.choice("计分方式", Mode),
        "measure_key": row.text("取数指标"),
        "per_count": _points(row, "每件扣分") if row.text("每件扣分") else 0,
        "with_deductions": row.yes("另可逐项扣分"),
        "none_due": row.choice("本年度无应办的", NoneDue, needed=False) or NoneDue.FULL,
    }


def _points(row: Row, header: str) -> int:
    try:
        return parse_points(row.text(header, needed=True))
    except ValueError as error:
        raise TableError(f"{row.place}：“{header}”{error}") from None


def _parameters(folder: Path) -> dict[str, list[tuple[Any, dict[str, Any]]]]:
    """Return per document the figures with the version they are for: a 施行日期, or None for all."""
    figures: dict[str, list[tuple[Any, dict[str, Any]]]] = defaultdict(list)
    # The apps say what they read; of what no app reads the table has to say it itself.
    own = ("名称", "类型", "单位", "条款", "最小值", "最大值")
    for row in read(folder / "parameters.csv", ("文件", "施行日期", "键", "值"), own):
        figures[row.choice("文件", DocumentKey)].append((row.date("施行日期"), _parameter(row)))
    return figures


def _parameter(row: Row) -> dict[str, Any]:
    key = row.text("键", needed=True)
    known = known_figure(key)
    if known is not None and not row.text("名称"):
        return {**described(known), "value": row.text("值", needed=True)}
    return {
        "key": key,
        "label": row.text("名称", needed=True),
        "kind": row.choice("类型", ParameterKind),
        "value": row.text("值", needed=True),
        "unit": row.text("单位"),
        "clause": row.text("条款"),
        "minimum": row.integer("最小值"),
        "maximum": row.integer("最大值"),
    }
