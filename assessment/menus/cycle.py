"""Schemes and cycles. Who sits in a team is no right, so everybody who may be sent into one has the line."""

from __future__ import annotations

from xianan.ui.menu import MenuEntry, register_menu

SECTION = "考核与经费"

register_menu(
    MenuEntry(SECTION, "年度考核", "assessment:cycles", "score", ("view_scheme",), order=10),
    MenuEntry(SECTION, "考核结果", "assessment:results", "chart", ("view_scheme",), order=12),
    MenuEntry(
        SECTION,
        "问题整改",
        "assessment:problems",
        "check",
        ("view_cycle", "view_own_assessment", "check_problem"),
        order=13,
    ),
    MenuEntry(SECTION, "经验做法", "assessment:practices", "book", ("view_practice",), order=14),
    MenuEntry(SECTION, "考评细则", "assessment:schemes", "list", ("view_scheme",), order=11),
)
