"""What this app adds to the table of roles."""

from xianan.organizations.roles import Right, register

_DEPARTMENT = ("department_clerk", "department_head")
_STREET = ("street_clerk", "street_head")
_READERS = ("department_reader", "street_reader")
_OFFICES = ("establishment", "personnel", "government_office", "inspection", "district_reader")
EVERYBODY = (*_OFFICES, "justice", *_DEPARTMENT, *_STREET, *_READERS, "station_staff")

# Seconded staff, exemptions, replacement (P11, P12, P28, P31, P32).
register(
    Right(
        "view_secondment",
        "查看下沉人员",
        own=(*_DEPARTMENT, *_STREET, *_READERS),
        parent=("station_staff",),
        district=(*_OFFICES, "justice"),
    ),
    # Birth dates, and identity numbers by a button that is logged; everybody else sees them masked.
    Right("view_identity", "查看个人身份信息", own=_DEPARTMENT, district=("establishment", "personnel")),
    # Scans of certificates, photos: the two units, and the offices that decide about people.
    Right(
        "view_scan",
        "查看人员扫描件",
        own=(*_DEPARTMENT, *_STREET),
        district=("establishment", "personnel"),
    ),
    Right("register_secondment", "登记下沉人员", own=_DEPARTMENT),
    Right("confirm_arrival", "确认到岗", own=_STREET),
    Right("agree_exception", "同意例外、确认豁免", district=("establishment",)),
    Right("draft_replacement", "起草替换要求", own=_STREET),
    Right("request_replacement", "提出替换要求", own=("street_head",)),
    Right("answer_replacement", "答复替换要求", own=("department_head",)),
)

# Appraisal, personnel proposals, personal file (P30, P32, P33, P48).
register(
    Right("manage_appraisal", "组织下沉人员年度考核", district=("personnel",)),
    Right("comment_scheme", "对考核细则提出意见", own=(*_DEPARTMENT, *_STREET)),
    Right(
        "view_appraisal",
        "查看下沉人员年度考核",
        own=(*_DEPARTMENT, *_STREET),
        district=("personnel", "establishment"),
    ),
    Right("score_appraisal", "年度考核评分", own=(*_DEPARTMENT, *_STREET)),
    Right("sign_appraisal", "审定年度考核", own=("department_head", "street_head")),
    Right("draft_proposal", "起草人事建议", own=_STREET),
    Right("send_proposal", "提出人事建议", own=("street_head",)),
    Right("answer_proposal", "以派出部门名义答复人事建议", own=("department_head",)),
    Right("advise_proposal", "以组织部门名义答复人事建议", district=("personnel",)),
    Right(
        "view_proposal", "查看人事建议", own=(*_DEPARTMENT, *_STREET), district=("personnel", "establishment")
    ),
    Right("give_opinion", "出具街道意见", own=("street_head",)),
    Right("ask_opinion", "征求街道意见", own=("department_head",), district=("personnel",)),
    Right(
        "view_personal_file",
        "查看个人下沉档案",
        own=(*_DEPARTMENT, *_STREET),
        district=("personnel", "establishment"),
    ),
)

# Upward study and guidance (P10), training (P14, P17).
register(
    Right("view_training", "查看培训", district=EVERYBODY),
    Right("plan_training", "制定培训计划、登记场次", own=_DEPARTMENT),
    Right("submit_training_plan", "提交培训计划", own=("department_head",)),
    Right("hold_joint_training", "组织全区执法培训", district=("justice",)),
    # A session entered after its quarter: the street says whether its people were there.
    Right("confirm_training", "确认本街道参训", own=_STREET),
    Right("list_attendance", "登记本街道参训人员", own=_STREET),
    Right(
        "view_exchange",
        "查看上派下挂",
        own=(*_DEPARTMENT, *_STREET, *_READERS),
        parent=("station_staff",),
        district=(*_OFFICES, "justice"),
    ),
    Right("register_exchange", "登记上派下挂", own=(*_DEPARTMENT, *_STREET)),
)
