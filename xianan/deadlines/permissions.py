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
)
WHOLE = ("establishment", "government_office", "inspection", "district_reader")

register(
    Right("view_deadlines", "查看期限", own=OWN, parent=("station_staff",), district=WHOLE),
    Right("chase_deadline", "催办", district=("establishment", "government_office", "inspection")),
    Right("edit_calendar", "维护节假日安排", district=("establishment", "government_office")),
)
