"""What this app adds to the table of roles."""

from xianan.organizations.roles import Right, register

OWN = (
    "department_clerk",
    "department_head",
    "department_reader",
    "street_clerk",
    "street_head",
    "street_reader",
    "station_staff",
    "justice",
    "personnel",
)
WHOLE = ("establishment", "government_office", "inspection", "district_reader")

register(
    Right("view_deadlines", "查看期限", own=OWN, parent=("station_staff",), district=WHOLE),
    Right("chase_deadline", "催办", district=("establishment", "government_office", "inspection")),
    Right("edit_calendar", "维护节假日安排", district=("establishment", "government_office")),
)

# ---- Work plans, orders and circulars ----------------------------------------------------------------

_OFFICES = ("establishment", "government_office", "inspection", "justice")
_CLERKS = ("department_clerk", "street_clerk")
_HEADS = ("department_head", "street_head")

register(
    Right("view_plan", "查看工作计划", own=OWN, parent=("station_staff",), district=WHOLE),
    Right("issue_plan", "下达工作计划", own=("establishment", "government_office")),
    Right("report_node", "报告节点进展", own=(*_CLERKS, *_HEADS, *_OFFICES)),
    Right("view_order", "查看督办与通报", own=OWN, parent=("station_staff",), district=WHOLE),
    Right("issue_order", "签发督办单、通报", own=("government_office", "inspection")),
    Right("receive_order", "签收督办单、通报", own=(*_CLERKS, *_HEADS, *_OFFICES)),
    Right("answer_order", "答复督办单、通报", own=(*_HEADS, *_OFFICES)),
)
