"""The workbook a department downloads to fill in (P01, P08, P09)."""

from __future__ import annotations

from collections.abc import Sequence

from xianan.imports.template import TemplateColumn, build

TABLE_SHEET = "申报表"


def build_template(
    types: Sequence[str],
    streets: Sequence[str],
    sources: Sequence[str],
    department_name: str,
    months: str = "",
) -> bytes:
    """An .xlsx that reads back without faults once filled in; empty, it has no rows. Its example is on the notes."""
    return build(
        TABLE_SHEET,
        _columns(tuple(types), streets, tuple(sources), department_name, months),
        unit="项",
        notes=(
            f"申报部门：{department_name}",
            "带“必填”的列缺少内容时整本不能导入；名称、依据、部门都相同的两行算重复。",
            f"事项类型：{'、'.join(types)}。",
            f"权力来源层级：{'、'.join(sources)}。",
        ),
    )


def _columns(
    types: tuple[str, ...], streets: Sequence[str], sources: tuple[str, ...], department: str, months: str
) -> list[TemplateColumn]:
    rule = f"文件规定为 {months} 个月；填别的数也按文件执行。" if months else "以文件规定为准。"
    tick = "建议由该街道承接的打√，否则留空。"
    return [
        TemplateColumn("number", "序号", 7, how="可以不填。", example="1"),
        TemplateColumn(
            "name", "事项名称", 44, True, "填全称，一行一项。", example="（例）擅自占用城市道路的处罚"
        ),
        TemplateColumn(
            "type", "事项类型", 14, True, "从下拉框选择。",
            example=types[0] if types else "", words=types, strict=True,
        ),
        TemplateColumn(
            "basis", "设定依据", 44, True,
            "法律、法规、规章的名称和条、款、项；多部依据之间用分号隔开。确无依据的不得申报。",
            example="《城市道路管理条例》第二十七条、第四十二条",
        ),
        TemplateColumn(
            "duties", "职责边界", 44,
            how="写明街道负责什么、部门负责什么。申报时可以暂缺，签订承接确认书前必须补齐。",
            example="街道负责巡查、立案、决定和执行；部门负责指导和重大复杂案件办理",
        ),
        TemplateColumn(
            "source", "权力来源层级", 16, how="从下拉框选择。",
            example=sources[0] if sources else "", words=sources,
        ),
        TemplateColumn(
            "municipal_department", "市直部门", 22, how="来源为市直下放的，填下放该事项的市直部门。"
        ),
        TemplateColumn(
            "transition_months", "过渡期（月）", 12, how=rule, example=months
        ),
        TemplateColumn(
            "department", "赋权部门", 22, how="可以不填；填写的应是申报部门。", example=department
        ),
        TemplateColumn("office", "承办机构", 18, how="部门内承办的科室、股室或所属单位。"),
        *(TemplateColumn(name, name, 12, how=tick, words=("√",), group="tick") for name in streets),
        TemplateColumn("remarks", "备注", 24, how="需要说明的其他情况。"),
        TemplateColumn("decline_reason", "不认领原因", 24, how="有街道不宜承接的，写明原因。"),
    ]  # fmt: skip
