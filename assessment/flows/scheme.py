"""A scoring scheme is drawn up and, once a cycle uses it, frozen (P38)."""

from __future__ import annotations

from xianan.core.flow import Flow, Step

from ..choices import SchemeState as S

SCHEME = Flow(
    "考评细则",
    (
        Step("edit", "修改考评细则", (S.DRAFT,), S.DRAFT, "edit_scheme"),
        Step("delete", "删除考评细则", (S.DRAFT,), S.DRAFT, "edit_scheme"),
        Step("freeze", "启用考评细则", (S.DRAFT,), S.FROZEN, "manage_cycle", done="启用，不再修改"),
    ),
    S,
    owner="",
)
