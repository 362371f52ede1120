"""The columns of a filing, what may stand in them, and the words departments write over them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xianan.core.spreadsheet import Members, Schema, words
from xianan.imports.checking import Column

from ..fillers import BASIS_REMEDY, DUTIES_REMEDY
from .cells import NAMED, Argued, Figure, Months, SourceWord, TypeName, Written
from .types import TypeWords

STREETS_LABEL = "承接街道"

_UNIT = re.compile(
    r"(?:局|委|办|委员会|办公室|大队|支队|中队|分局|中心|厅|部|站|所|公司|联合会|政府|会)(?:[(（].*[)）])?$"
)
_CITY = re.compile(r"^(?:[^区县市]{2,3})?市(?![场政容民])[\u4e00-\u9fa5]{2,}")


def _is_unit(value: str) -> bool:
    text = re.sub(r"\s+", "", value)
    return bool(_UNIT.search(text)) and not re.search(r"街道|乡镇|^[\u4e00-\u9fa5]{1,4}(?:镇|乡)", text)


def _is_district_unit(value: str) -> bool:
    return _is_unit(value) and not _is_city_unit(value)


def _is_city_unit(value: str) -> bool:
    return bool(_CITY.search(re.sub(r"\s+", "", value)))


def _is_office(value: str) -> bool:
    text = re.sub(r"\s+", "", value)
    return bool(re.search(r"(?:股|科|室|处|组|队|站|所|窗口|中心)(?:[(（].*[)）])?$", text))


#: What a column of duties says after the one whose duties they are.
_DUTY = r"(?:的)?(?:主要|监管|工作|承接|管理|执法)?(?:职责|责任|权责|职能|职责内容|责任内容|责任事项)(?:边界|分工|划分|内容|事项)?"

COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        "序号",
        Figure(),
        words("编号 序 No 项次 顺序号 序列号 事项序号 行号"),
        weak=words("事项编号 事项编码 职权编号 职权编码 权力编码 号 项目编号"),
        serial=True,
        hint="可以不填。",
        example="1",
        width=7,
    ),
    Column(
        "name",
        "事项名称",
        Written("事项名称", 300, nothing=NAMED),
        words("""
            赋权事项名称 赋权事项 职权名称 规范服务事项名称 权力事项 权力名称 权力事项名称
            行政权力事项名称 行政权力名称 行政职权名称 行政职权 行政执法事项名称 行政执法事项 执法事项
            执法事项名称 执法职权名称 下放事项 下放事项名称 拟下放事项 拟下放事项名称 拟赋权事项
            拟赋权事项名称 职权事项 职权事项名称 服务事项名称 政务服务事项名称 事项 事项内容 赋权内容
            赋权项目 权责事项 权责事项名称 街道赋权事项 承接事项 承接事项名称 主项名称 事权名称 权限名称
        """),
        weak=words("项目名称 名称 项目 内容 职权 行政权力 事权 权限 服务事项 子项名称 行政处罚事项"),
        patterns=(
            r"(?:事项|职权|权力|权限|事权)(?:的)?(?:全称|名称)$",
            r"^(?:拟)?(?:赋权|下放|承接|委托).*事项$",
        ),
        required=True,
        remedy="补填名称，或删除此行",
        hint="填全称，一行一项。",
        example="（例）擅自占用城市道路的处罚",
        width=44,
    ),
    Column(
        "type",
        "事项类型",
        TypeName(TypeWords(())),
        words("""
            权力类型 职权类别 行政执法职权类型 事项类别 权力类别 职权类型 行政权力类型 行政权力类别
            行政职权类别 行政职权类型 赋权事项类型 赋权事项类别 执法类型 执法类别 行政执法类别
            行政执法类型 事项性质 权力性质 职权性质 权责类型 权责类别 赋权类型 赋权类别
        """),
        weak=words("类别 类型 种类 分类 性质 事项分类"),
        patterns=(r"(?:权力|职权|事项|权责|执法|行政行为).{0,4}(?:类型|类别|种类|分类|性质|属性)$",),
        required=True,
        remedy="补填事项类型；整块同类的，合并单元格时要包括本行",
        hint="从下拉框选择。",
        width=14,
    ),
    Column(
        "basis",
        "设定依据",
        Argued("设定依据", 2000, BASIS_REMEDY, nothing=NAMED),
        words("""
            法律法规依据 执法依据 实施依据 服务依据 法律依据 赋权事项的执法依据 赋权事项执法依据 政策依据
            依据 法定依据 设立依据 法规依据 职权依据 行使依据 权力依据 处罚依据 行政执法依据
            法律法规规章依据 法律法规及政策依据 政策法规依据 法律法规 办理依据 事项依据 赋权依据
            设定和实施依据 依据条款 法律依据条款
        """),
        weak=words("法律条款 法律法规名称 依据名称 法条依据 法律、法规、规章 文件依据"),
        patterns=(r"依据(?:及条款|条款|名称|内容|文件)?$",),
        required=True,
        remedy="补填法律条款到条、款、项；确无依据的不得申报",
        hint="法律、法规、规章的名称和条、款、项；多部依据之间用分号隔开。确无依据的不得申报。",
        example="《城市道路管理条例》第二十七条、第四十二条",
        width=44,
    ),
    Column(
        "duties",
        "职责边界",
        Argued("职责边界", 1000, DUTIES_REMEDY),
        words("""
            责任事项 职责划分 职责分工 部门与街道职责边界 权责边界 责任边界 责任划分 责任分工 权责划分
            职责界定 职责边界划分 部门与街道职责分工 部门与街道职责划分 职能边界 事权划分
            街道与部门职责分工 街道与部门职责划分 街道与部门职责边界
        """),
        weak=("职责", "职责内容", "责任内容", "主要职责"),
        patterns=(r"(?:职责|权责|责任|职能).{0,6}(?:边界|划分|分工|界定)$",),
        parts=(
            ("部门", rf"(?:区直|区级|市直|赋权|业务|行业|主管|原)*(?:部门|单位){_DUTY}"),
            ("街道", rf"(?:承接|所在|各)*(?:街道|镇街|街镇|乡镇街道|街道办|街道办事处|办事处){_DUTY}"),
        ),
        absent=(
            "表中没有“职责边界”列，各行均未写明部门与街道的职责；签订确认书前须补齐",
            "增加“职责边界”列，或导入后逐项补填",
        ),
        hint="写明街道负责什么、部门负责什么。申报时可以暂缺，签订承接确认书前必须补齐。",
        example="街道负责巡查、立案、决定和执行；部门负责指导和重大复杂案件办理",
        width=44,
    ),
    Column(
        "source",
        "权力来源层级",
        SourceWord(),
        words("""
            权力来源 事项来源 来源 来源层级 赋权来源 职权来源 事项来源层级 清单来源 下放来源
            赋权事项来源
        """),
        weak=("层级", "权力层级", "事项层级", "下放层级", "赋权层级"),
        patterns=(r"来源(?:层级|渠道|类别|类型|清单)?$",),
        absent=(
            "表中没有“权力来源层级”列，各行均未写明来源",
            "增加“权力来源层级”列，填省指导清单、市直下放或区直",
        ),
        hint="从下拉框选择。",
        width=16,
    ),
    Column(
        "municipal_department",
        "市直部门",
        Written("市直部门", 60, nothing=NAMED, fits=_is_city_unit),
        words("""
            市级部门 市直单位 市级主管部门 市直主管部门 市直下放部门 市级下放部门 对应市直部门
            市级实施部门 市直对口部门
        """),
        weak=("下放部门", "下放单位", "原下放部门", "上级部门", "上级主管部门"),
        patterns=(r"市(?:直|级|属).{0,6}(?:部门|单位|机关|主体)",),
        hint="来源为市直下放的，填下放该事项的市直部门。",
        width=22,
    ),
    Column(
        "transition_months",
        "过渡期（月）",
        Months(),
        words("过渡期 过渡期限 过渡期月数 过渡期时长 过渡时间 过渡期个月 过渡期单位月"),
        patterns=(r"过渡",),
        width=12,
    ),
    Column(
        "department",
        "赋权部门",
        Written("赋权部门", fits=_is_district_unit),
        words("""
            原实施主体 原行使部门 原行使主体 原实施部门 原实施机关 原实施单位 所属部门 行政执法部门名称
            主管部门 原主管部门 赋权单位 赋权主体 区直部门 区直单位 实施部门 实施主体 实施机关 实施单位
            行使主体 行使部门 行政执法部门 执法部门 执法主体 行政执法主体 部门名称 申报部门 申报单位
            业务主管部门 原权力主体 行政主管部门 区级部门 原职权部门 区直主管部门 责任部门 原责任部门
            填报单位
        """),
        weak=words("""
            责任主体 责任单位 部门 单位 单位名称 牵头部门 牵头单位 下放部门 下放单位 原下放部门 主体
            承办单位 归口部门 权力主体
        """),
        patterns=(r"(?:原|赋权|主管|实施|行使|执法|所属|区直|区级).{0,4}(?:部门|主体|机关|单位)(?:名称)?$",),
        hint="可以不填；填写的应是申报部门。",
        width=22,
    ),
    Column(
        "office",
        "承办机构",
        Written("承办机构", 60, fits=_is_office),
        words("""
            承办科室 责任科室 内设机构 承办股室 责任股室 经办科室 经办股室 具体承办机构 承办处室
            责任处室 办理科室 办理机构 科室 股室 业务科室 业务股室 内设科室 实施科室 承办内设机构
        """),
        weak=("承办单位", "承办部门", "责任机构", "处室", "机构"),
        patterns=(r"(?:科室|股室|处室|内设机构)$", r"^(?:具体)?承办"),
        hint="部门内承办的科室、股室或所属单位。",
        width=18,
    ),
    Column(
        "remarks",
        "备注",
        Written("备注", 500, lines=True),
        words("说明 备注说明 其他说明 备考 附注 情况说明"),
        weak=("注",),
        patterns=(r"^备注",),
        hint="需要说明的其他情况。",
        width=24,
    ),
    Column(
        "decline_reason",
        "不认领原因",
        Written("不认领原因", 300, lines=True),
        words("""
            不承接原因 不认领理由 不承接理由 不予认领原因 不予承接原因 不领原因 未认领原因 未承接原因
            不认领的原因 不能承接原因 暂不承接原因 不认领说明 不承接说明 不认领或暂缓原因
        """),
        weak=("原因", "理由"),
        patterns=(r"(?:不|未|暂缓).{0,8}(?:原因|理由|说明)$",),
        hint="有街道不宜承接的，写明原因。",
        width=24,
    ),
)

LABELS: Mapping[str, str] = {column.key: column.label for column in COLUMNS}

#: What an exported filing says beside its items: read back, these columns are passed over without a word.
REVIEW_COLUMNS = ("办理状态", "审核意见")

_GROUPS = words("""
            承接街道 拟承接街道 认领街道 赋权街道 赋权街镇 承接街镇 街道认领 街道承接 认领 承接
            承接主体 承接单位 街道认领情况 街道承接情况 街道承接意向 承接意向 认领情况 承接情况 承接意见
            认领意见 街道 镇街 街镇 乡镇街道 建议承接街道 承接对象 下放街道 街道办事处 涉及街道
            承接街道办事处
        """)
_NOISE = words("""
            承接街道 街道办事处 办事处 街道 街办 是否 承接 认领 意见 意向 情况 打√ √ 打勾 勾选
            拟 赋权 下放 赋予 建议 可 愿意 同意 填是 是/否 是否认领 咸安区 区 街
        """)
ALL_WORDS = words("全部 全部街道 所有街道 各街道 全区街道 全区各街道 全区 均承接 均可承接 都承接")


def street_words(streets: Mapping[str, Sequence[str]] | Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Words for each street: its name, the short names given, and the name without 街道, 镇 or 乡."""
    given = streets if isinstance(streets, Mapping) else dict.fromkeys(streets, ())
    words: dict[str, tuple[str, ...]] = {}
    for name, short in given.items():
        bare = re.sub(r"(?:街道办事处|街道|镇|乡)$", "", name)
        place = re.sub(r"^.*?[市区县](?=[\u4e00-\u9fa5]{2,}(?:街道|镇|乡))", "", name)
        all_of_them = [
            name,
            *short,
            place,
            bare,
            f"{bare}街道",
            f"{bare}街道办事处",
            f"{bare}办事处",
            f"{bare}街道办",
            f"{bare}街办",
        ]
        words[name] = tuple(dict.fromkeys(word for word in all_of_them if word))
    return words


def street_members(streets: Mapping[str, Sequence[str]] | Sequence[str]) -> Members:
    """The columns of a district's streets ({name: short names}, or names alone)."""
    return Members(STREETS_LABEL, street_words(streets), _GROUPS, _NOISE, ALL_WORDS)


def filing_schema(streets: Mapping[str, Sequence[str]] | Sequence[str]) -> Schema:
    """The schema of a filing in a district with these streets."""
    return Schema([column.field for column in COLUMNS], street_members(streets))


def columns_for(
    types: TypeWords, department: str, months: int, sources: Sequence[str] = ()
) -> tuple[Column, ...]:
    """The columns as they are for one department: its types, and the months of its district (0: none told)."""
    rule = f"文件规定为 {months} 个月；填别的数也按文件执行。" if months else "以文件规定为准。"
    told: dict[str, dict[str, Any]] = {
        "type": {"parser": TypeName(types), "example": next(iter(types.names), "")},
        "source": {"parser": SourceWord(sources), "example": next(iter(sources), "")},
        "transition_months": {"parser": Months(months), "hint": rule, "example": str(months or "")},
        "department": {"example": department},
    }
    return tuple(replace(column, **told.get(column.key, {})) for column in COLUMNS)
