"""What this app adds to the table of roles."""

from xianan.organizations.roles import Right, register

_OFFICES = ("establishment", "justice", "government_office", "inspection", "district_reader")
_DEPARTMENT = ("department_clerk", "department_head", "department_reader")
_STREET = ("street_clerk", "street_head", "street_reader")
EVERYBODY = (*_OFFICES, "personnel", *_DEPARTMENT, *_STREET, "station_staff")

register(
    Right("view_items", "查看事项清单", district=EVERYBODY),
    Right("view_filing", "查看申报", own=_DEPARTMENT, district=_OFFICES),
    Right("draft_filing", "起草申报", own=("department_clerk",)),
    Right("submit_filing", "提交申报", own=("department_head",)),
    Right("review_filing", "审核申报", district=("establishment",)),
    Right("check_legality", "合法性审核", district=("justice",)),
    Right("record_decision", "登记审议决定", district=("government_office",)),
    Right("edit_item_types", "维护事项类型", district=("establishment",)),
    Right("view_claim", "查看认领", own=_STREET, parent=("station_staff",), district=_OFFICES),
    Right("decide_claim", "认领事项", own=("street_clerk",)),
    Right("submit_claim", "提交认领", own=("street_head",)),
    Right(
        "view_agreement",
        "查看承接确认书",
        own=(*_DEPARTMENT, *_STREET),
        parent=("station_staff",),
        district=_OFFICES,
    ),
    Right("send_agreement", "发送承接确认书", district=("establishment",)),
    Right("sign_agreement", "签署承接确认书", own=("department_head", "street_head")),
)

# Either of a unit's two may state: a statement can be changed until 区委编办 confirms, and the log names who.
register(
    Right(
        "review_transition",
        "评估衔接情况",
        own=("department_clerk", "department_head", "street_clerk", "street_head"),
    ),
    Right("confirm_transition", "确认衔接完成", district=("establishment",)),
    Right("end_power", "终止职权", district=("establishment",)),
)
