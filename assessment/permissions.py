"""What this app adds to the table of roles."""

from xianan.organizations.roles import Right, register

_STREET = ("street_clerk", "street_head")
_OFFICES = ("establishment", "government_office", "inspection", "district_reader", "personnel")

register(
    Right("view_scheme", "查看考评细则", district=(*_OFFICES, "justice", *_STREET, "street_reader", "department_clerk", "department_head")),
    Right("edit_scheme", "编制考评细则", district=("establishment",)),
    Right("manage_cycle", "组织年度考核", district=("establishment",)),
    Right("view_cycle", "查看年度考核进度和得分", district=_OFFICES),
    # A street sees its own; of the others it learns with the publication.
    Right("view_own_assessment", "查看本街道年度考核", own=(*_STREET, "street_reader")),
    Right("fill_self_report", "填报自评", own=_STREET),
    Right("submit_self_report", "提交自评", own=("street_head",)),
    Right("object_to_score", "提出申诉", own=("street_head",)),
    Right("correct_problem", "整改问题、提交整改材料", own=_STREET),
    Right(
        "check_problem", "验收整改",
        own=("department_clerk", "department_head", "government_office", "inspection", "personnel"),
        district=("establishment",),
    ),
    Right("submit_practice", "起草经验做法", own=_STREET),
    Right("send_practice", "报送经验做法", own=("street_head",)),
    Right("publish_practice", "审核发布经验做法", district=("establishment",)),
    Right("view_practice", "查看经验做法", district=(
        *_OFFICES, "justice", *_STREET, "street_reader", "station_staff",
        "department_clerk", "department_head", "department_reader",
    )),
)  # fmt: skip
