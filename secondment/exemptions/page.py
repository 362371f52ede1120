"""The list of exemptions, the page of one, and registering one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from secondment.choices import ExemptionKind
from secondment.choices import ExemptionState as E
from secondment.exemptions.model import Exemption
from secondment.exemptions.steps import BEGUN, ENDED, EXEMPTION, submit
from secondment.filters.staff import UnitFilter
from secondment.selectors.backdating import effects
from secondment.views.common import SECTION
from secondment.views.staff import registering
from xianan.acts.pages import Link, NounList, NounPages, Panel
from xianan.core import clock
from xianan.core.outside import whole
from xianan.documents.attachments.forms import AttachmentFields
from xianan.documents.attachments.panel import ATTACHED
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import streets
from xianan.ui import html, text
from xianan.ui.acts import form_page
from xianan.ui.fields import Fact, form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.tables import Column, EventDay, Name, Table, Tight
from xianan.ui.templatetags.ui import late_by

TITLE = "下沉豁免"


# ---- The list ----------------------------------------------------------------------------------------


class ExemptionTable(Table):
    name = Name("豁免", accessor="kind", url=EXEMPTION.page, second="agency")
    organization = Tight("赋权部门", accessor="organization__name", order_by=("organization__display_order",))
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    state = Tight("状态", accessor="state")
    starts_on = EventDay("起始日期", late=BEGUN.late)
    ends_on = EventDay("截止日期", late=ENDED.late)
    reference = Column("设立文件", hidden=True)
    reason = Column("理由", hidden=True)
    decision_note = Column("编办意见", hidden=True)

    def render_name(self, record: Exemption, value: Any, column: Any) -> SafeString:
        return column.render(record, record.get_kind_display())

    def render_state(self, record: Exemption) -> SafeString:
        word, tone = EXEMPTION.standing(record)
        return html.state(word, tone, is_open=record.state == E.SUBMITTED)

    def export_state(self, record: Exemption) -> str:
        return EXEMPTION.standing(record)[0]


class ExemptionFilter(UnitFilter):
    kind = django_filters.ChoiceFilter(label="种类", choices=ExemptionKind.choices)


class ExemptionList(NounList[Exemption]):
    """Stationed agencies and exceptions with how far they have come."""

    noun = EXEMPTION
    title = TITLE
    section = SECTION
    table_class = ExemptionTable
    filterset_class = ExemptionFilter
    search_fields = ("agency", "reference", "reason")
    search_hint = "派驻机构、文件、理由"
    empty_title = "还没有豁免"
    empty_text = "已有延伸派驻机构的，或确有理由不派人的，由赋权部门登记，区委编办确认后不再计缺员。"
    begins = "登记豁免", "secondment:exemption-create", "register_secondment"


# ---- One of them -------------------------------------------------------------------------------------


def _period(row: Exemption) -> SafeString:
    until = format_html(" {} {}", text.full_date(row.ends_on), late_by(row, ENDED)) if row.ends_on else "长期"
    return format_html("{} {}至{}", text.full_date(row.starts_on), late_by(row, BEGUN), until)


def _decision(row: Exemption) -> str:
    if row.decided_by is None:
        return ""
    said = "不予确认" if row.state == E.REFUSED else "确认"
    note = f"：{row.decision_note}" if row.decision_note else ""
    return f"{said}{note}（{row.decided_by.name}，{text.short_moment(row.decided_at)}）"


def _facts(row: Exemption) -> Sequence[str]:
    ground = f"{row.agency}，{row.reference}" if row.agency else row.reason
    return f"{row.organization} → {row.street}", ground, f"{text.full_date(row.starts_on)}起"


def _backdating(row: Exemption) -> Mapping[str, Any] | None:
    found = effects(row) if row.state == E.SUBMITTED else None
    return {"effects": found} if found is not None else None


def _links(row: Exemption) -> Iterator[Link]:
    post = reverse("secondment:post", args=[row.organization_id, row.street_id])
    yield Link(f"{row.organization}在{row.street}的人员覆盖", post)
    yield Link("登记", small=f"{row.submitted_by.name}，{text.short_moment(row.submitted_at)}")


PAGES: NounPages[Exemption] = NounPages(
    noun=EXEMPTION,
    section=SECTION,
    title=TITLE,
    name=lambda row: f"{row.get_kind_display()}：{row.agency or row.street.name}",
    facts=lambda row: (f"{row.organization} → {row.street}",),
    step_facts=_facts,
    sheet=(
        Exemption.organization,
        Exemption.street,
        Exemption.kind,
        Fact("期间", _period),
        Exemption.applied_on,
        Fact("追溯至申请之前", lambda row: row.backdated_reason, wide=True),
        Exemption.agency,
        Exemption.reference,
        Exemption.reason,
        Fact("区委编办意见", _decision, wide=True),
    ),
    panels=(Panel("secondment/exemptions/_effects.html", _backdating, steps=("confirm",)), ATTACHED),
    upcoming=lambda row: [("区委编办确认或不予确认", "")] if row.state == E.SUBMITTED else [],
    links=_links,
)


# ---- Registering -------------------------------------------------------------------------------------


class ExemptionForm(AttachmentFields, Form):
    attachments_of = Exemption

    street = form_field(Exemption.street, choices=Organization.objects.none)
    kind = form_field(Exemption.kind)
    agency = form_field(Exemption.agency)
    reference = form_field(Exemption.reference)
    reason = form_field(Exemption.reason)
    starts_on = form_field(Exemption.starts_on)
    ends_on = form_field(Exemption.ends_on)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets(organization.district_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """Register an exemption of the own department."""
    organization = registering(request.scope)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    street = whole(request.GET.get("street"))
    initial = {"street": street, "kind": ExemptionKind.STATIONED, "starts_on": clock.today()}
    form = ExemptionForm(*posted, organization=organization, initial=initial)
    request.menu_current = f"{EXEMPTION.page}s"
    return form_page(
        request,
        form,
        lambda _: submit(
            organization=organization, actor=request.user, files=form.files_by_slot, **form.plain_data
        ),
        EXEMPTION.url,
        title="登记豁免",
        button="登记豁免并报区委编办确认",
        back=EXEMPTION.list_url,
        crumbs=PAGES.crumbs(),
        done="已登记豁免，待区委编办确认。",
        template="secondment/exemptions/form.html",
        more={"facts": (str(organization), "除注明可不填的以外均须填写")},
    )
