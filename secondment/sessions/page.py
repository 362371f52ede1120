"""The list of sessions, planning and changing one, and what moving and recording one ask (P14, P17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from empowerment.selectors.spans import listed_items
from secondment.choices import SessionKind
from secondment.choices import SessionState as S
from secondment.filters.training import holders, invited
from secondment.models import QuarterDuty
from secondment.rules.training import WORDS, hundredths
from secondment.selectors import duties
from secondment.selectors.proof import HELD
from secondment.selectors.training import unrecorded, with_attendance
from secondment.sessions.model import Session
from secondment.sessions.steps import (
    FIELDS,
    JOINT,
    LONGEST_REASON,
    SESSION,
    add_session,
    change_session,
    is_announced,
    remove_session,
)
from secondment.training_plans.steps import FILL, PLAN, RIGHT
from secondment.views.common import SECTION
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets
from xianan.ui import html
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import HasField, form_field
from xianan.ui.forms import Form, RowField, RowsField
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Day, EventDay, Name, Number, Table, Tight
from xianan.ui.text import full_date

TITLE = "培训场次"
UNPROVEN = "未计入"
WAITS = "待签到表或街道确认"
OF_DEPARTMENT = (SessionKind.DEPARTMENT, SessionKind.OTHER)


def state_word(session: Any) -> tuple[str, str]:
    """Return how a session stands today, as (word, tone); read with ``as_entered``."""
    if session.state == S.PLANNED and session.planned_on < clock.today():
        return "待登记举办情况", "amber"
    if session.needs_proof and not session.counts:
        return UNPROVEN, "amber"
    return SESSION.standing(session)


def may_plan(scope: Scope) -> bool:
    """Whether a person holds sessions of any kind."""
    return bool(scope.organization_ids(RIGHT)) or scope.whole_district(JOINT)


# ---- The list ----------------------------------------------------------------------------------------


def _rounded(value: Any, parts: int = 1) -> float | None:
    return None if value is None else round(float(value) / parts, 2)


class SessionTable(Table):
    day = EventDay("日期", accessor="on_day", late=HELD.late, locked=True, order_by=("on_day", "starts_at"))
    title = Name("培训内容", url=SESSION.page)
    organization = Tight("举办单位", accessor="organization__name", order_by=("organization__display_order",))
    kind = Tight("类别", wide_only=True)
    place = Column("地点", hidden=True)
    trainer = Column("授课人", hidden=True)
    minutes = Number("时长（分钟）", hidden=True)
    streets = Column("邀请街道", orderable=False, empty_values=(), css="tight")
    street_count = Number("到场街道", orderable=False, hidden=True)
    present_count = Number("到场人数")
    mean_score = Number("平均成绩", hidden=True)
    mean_rating = Number("平均满意度", hidden=True)
    planned_on = Day("计划日期", hidden=True)
    state = Tight("状态")

    def render_streets(self, record: Session) -> str:
        return self.export_streets(record)

    def export_streets(self, record: Session) -> str:
        return "、".join(street.label for street in record.streets.all())

    def render_present_count(self, record: Any) -> str:
        return f"{record.present_count} 人" if record.present_count else "—"

    def render_mean_score(self, value: Any) -> str:
        return hundredths(round(value))

    def export_mean_score(self, record: Any) -> float | None:
        return _rounded(record.mean_score, 100)

    def render_mean_rating(self, value: Any) -> str:
        return f"{value:.2f}"

    def export_mean_rating(self, record: Any) -> float | None:
        return _rounded(record.mean_rating)

    def render_state(self, record: Session) -> SafeString:
        word, tone = state_word(record)
        shown = html.state(word, tone, is_open=record.state == S.PLANNED)
        return html.two_lines(shown, WAITS if word == UNPROVEN else "")

    def export_state(self, record: Session) -> str:
        word, _ = state_word(record)
        return f"{word}：{WAITS}" if word == UNPROVEN else word


class SessionFilter(django_filters.FilterSet):
    organization = RowFilter(label="举办单位", queryset=holders)
    street = RowFilter(label="街道", queryset=invited, method="of_street")
    year = django_filters.NumberFilter(label="年度", method="of_year")
    quarter = django_filters.ChoiceFilter(
        label="季度",
        choices=[(str(number), f"{word}季度") for number, word in enumerate(WORDS, 1)],
        method="of_quarter",
    )

    def of_street(self, rows: QuerySet[Any], name: str, value: Organization) -> QuerySet[Any]:
        """Sessions a street is invited to, or that somebody of it attended."""
        through = rows.model.streets.through.objects.filter(organization=value).values("session")
        there = value.training_attendances.values("session")
        return rows.filter(Q(pk__in=through) | Q(pk__in=there))

    def of_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(on_day__year=int(value)) if 1 <= value <= 9999 else rows.none()

    def of_quarter(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(on_day__quarter=int(value))


class SessionList(NounList[Session]):
    """The sessions of the district, planned and held."""

    noun = SESSION
    title = TITLE
    section = SECTION
    unit = "场"
    table_class = SessionTable
    filterset_class = SessionFilter
    default_sort = "-day"
    search_fields = ("title", "place", "trainer", "organization__name")
    search_hint = "内容、地点、授课人"
    template_name = "secondment/sessions/list.html"
    empty_title = "还没有培训场次"
    empty_text = "部门制定年度计划或登记场次后，培训列在这里。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        today = clock.today()
        return (
            Tab("all", "全部"),
            Tab("coming", "待举办", Q(state=S.PLANNED, planned_on__gte=today)),
            Tab("unrecorded", "待登记", unrecorded(today)),
            Tab("held", "已举办", Q(state=S.HELD)),
            Tab("unproven", "补登未计入", Q(state=S.HELD, counts=False)),
            Tab("joint", "全区执法培训", Q(kind=SessionKind.JOINT)),
            Tab("cancelled", "已取消", Q(state=S.CANCELLED)),
        )

    def queryset(self, scope: Any) -> QuerySet[Session]:
        # Grouped to be counted: what only a page needs would be grouped along.
        rows = super().queryset(scope).select_related(None).select_related("organization")
        return with_attendance(rows.prefetch_related("streets"))

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        return ("登记培训场次", reverse("secondment:session-create")) if may_plan(scope) else None


# ---- Forms -------------------------------------------------------------------------------------------


class TimeInput(forms.TimeInput):
    """The browser's own time picker, to the minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _time(attribute: HasField) -> forms.Field:
    wrong = {"invalid": f"{attribute.field.verbose_name}须是钟点，如 09:00"}
    return form_field(attribute, widget=TimeInput(), error_messages=wrong)


def _reason(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_REASON, widget=forms.Textarea)


class SessionForm(Form):
    """One session: what, when, where, by whom, on which powers, for whom.

    ``reason`` is asked where the session is announced, ``organization`` where the person may hold sessions
    of several.
    """

    organization = RowField(label="举办单位", queryset=Organization.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="类别", choices=SessionKind.choices)
    title = form_field(Session.title)
    planned_on = form_field(Session.planned_on)
    starts_at = _time(Session.starts_at)
    ends_at = _time(Session.ends_at)
    minutes = form_field(Session.minutes, min_value=1, max_value=1440, initial=150)
    trainer = form_field(Session.trainer, max_length=60)
    place = form_field(Session.place)
    streets = RowsField(
        label="邀请街道", queryset=Organization.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    items = RowsField(
        label="涉及赋权事项",
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="到场街道的这些事项记为已培训",
    )
    note = form_field(Session.note)
    reason = _reason("变动原因")

    def __init__(
        self,
        data: Any,
        *,
        organizations: QuerySet[Organization],
        kinds: Sequence[SessionKind],
        district: int,
        initial: dict[str, Any],
        fixed: bool = False,
    ) -> None:
        """``fixed``: the session is announced, so that its day is moved by another step."""
        super().__init__(data, initial=initial)
        owners = list(organizations)
        powers = None if SessionKind.JOINT in kinds else [row.pk for row in owners]
        self.field("organization", RowField).queryset = organizations
        self.field("kind", forms.ChoiceField).choices = [(kind.value, kind.label) for kind in kinds]
        self.field("streets", RowsField).queryset = streets(district)
        self.field("items", RowsField).queryset = listed_items(district, powers)
        del self.fields["planned_on" if fixed else "reason"]
        if len(owners) == 1:
            self.fields["organization"].widget = forms.HiddenInput()
            self.initial["organization"] = owners[0].pk

    @property
    def kept(self) -> dict[str, Any]:
        """What the steps take of the session itself, of the powers and of the streets."""
        data = self.cleaned_data
        values = {name: data[name] for name in FIELDS if name in data}
        return {"values": values, "items": data["items"], "streets": data["streets"]}


def _every_street(district: int) -> list[int]:
    """A new session is for all of them."""
    return [row.pk for row in streets(district)]


class MoveForm(Form):
    planned_on = forms.DateField(label="新的日期")
    starts_at = _time(Session.starts_at)
    ends_at = _time(Session.ends_at)
    reason = _reason("改期原因")

    def __init__(self, row: Session, data: Any) -> None:
        super().__init__(
            data, initial={name: getattr(row, name) for name in ("planned_on", "starts_at", "ends_at")}
        )


class HoldForm(Form):
    """When it was held; why there is no list; which missed quarter it makes up for."""

    held_on = forms.DateField(label="举办日期")
    nobody_reason = form_field(Session.nobody_reason)
    makes_up = RowField(
        label="补训季度",
        queryset=QuarterDuty.objects.none(),
        required=False,
        empty_label="不是补训",
        help_text="补训的场次不计入举办当季",
    )

    def __init__(self, row: Session, data: Any) -> None:
        super().__init__(data, initial={"held_on": min(row.planned_on, clock.today())})
        self.present = row.attendances.filter(present=True).count()
        self.fields["held_on"].help_text = f"名单上到场 {self.present} 人"
        missed = duties.missed(row.organization_id)
        if missed:
            self.field("makes_up", RowField).queryset = missed
        else:
            del self.fields["makes_up"]

    def clean_nobody_reason(self) -> str:
        """Where somebody was there it isn't needed."""
        return "" if self.present else str(self.cleaned_data["nobody_reason"])


# ---- Pages -------------------------------------------------------------------------------------------


def _facts(row: Session) -> Sequence[str]:
    joint = row.kind == SessionKind.JOINT
    return (
        str(row.organization),
        row.get_kind_display(),
        f"{full_date(row.day)} {row.starts_at:%H:%M}–{row.ends_at:%H:%M}",
        "计划内" if row.plan_id else "全区培训" if joint else "计划外加场",
    )


PAGES: NounPages[Session] = NounPages(
    noun=SESSION,
    section=SECTION,
    title=TITLE,
    name=str,
    facts=_facts,
    sheet=(),
    forms={"move": MoveForm, "hold": HoldForm},
)


@login_required
@require_http_methods(WRITE)
def create(request: Request) -> HttpResponse:
    """Register a session beyond the yearly plan, or a joint one."""
    scope = request.scope
    own, joint = scope.organization_ids(RIGHT), scope.whole_district(JOINT)
    if not own and not joint:
        raise NotAllowed("您没有“登记培训场次”的权限。")
    form = SessionForm(
        request.POST or None,
        organizations=Organization.objects.filter(pk__in=own | ({scope.organization.pk} if joint else set())),
        kinds=[*(OF_DEPARTMENT if own else ()), *((SessionKind.JOINT,) if joint else ())],
        district=scope.district.pk,
        initial={"planned_on": clock.today(), "streets": _every_street(scope.district.pk)},
    )
    request.menu_current = SESSION.menu
    return form_page(
        request, form,
        lambda data: add_session(organization=data["organization"], actor=request.user, **form.kept),
        SESSION.url, title="登记培训场次", button="登记场次", back=SESSION.list_url, crumbs=PAGES.crumbs(),
        done="场次已登记。",
        hint="年度计划内的场次从年度计划增加；这里登记计划外加场，也可以补登已举办的培训。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def create_in_plan(request: Request, pk: int) -> HttpResponse:
    """Add a session to a plan in work."""
    plan = PLAN.fetch(request.scope, pk)
    FILL.refuse(plan, request.scope)
    form = SessionForm(
        request.POST or None,
        organizations=Organization.objects.filter(pk=plan.organization_id),
        kinds=OF_DEPARTMENT,
        district=plan.district_id,
        initial={"streets": _every_street(plan.district_id)},
    )
    request.menu_current = SESSION.menu
    here = PLAN.url(plan)
    return form_page(
        request, form,
        lambda _: add_session(organization=plan.organization, plan=plan, actor=request.user, **form.kept),
        lambda _: here, title="增加场次", button="列入计划", back=here,
        crumbs=[*PLAN.way(SECTION), (str(plan), here)], done="已列入计划。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def change(request: Request, pk: int) -> HttpResponse:
    """Change what, where and for whom a session is; once it is announced with a reason."""
    row = SESSION.fetch(request.scope, pk)
    change_session.refuse(row, request.scope)
    form = SessionForm(
        request.POST or None,
        organizations=Organization.objects.filter(pk=row.organization_id),
        kinds=(SessionKind.JOINT,) if row.kind == SessionKind.JOINT else OF_DEPARTMENT,
        district=row.district_id,
        fixed=is_announced(row),
        initial={
            **{name: getattr(row, name) for name in FIELDS},
            "streets": [each.pk for each in row.streets.all()],
            "items": [each.pk for each in row.items.all()],
        },
    )

    def act(data: dict[str, Any]) -> Session:
        kept = form.kept
        kept["values"].setdefault("planned_on", row.planned_on)
        return change_session(row, actor=request.user, reason=data.get("reason", ""), **kept)

    request.menu_current = SESSION.menu
    return form_page(
        request, form, act, SESSION.url, title=change_session.label, button="保存修改", back=SESSION.url(row),
        crumbs=PAGES.crumbs(row), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a session out of a plan in work."""
    row = SESSION.fetch(request.scope, pk)
    act = lambda: remove_session(row, actor=request.user)  # noqa: E731
    if row.plan_id is None:
        return attempt(request, act, "", SESSION.page, pk)
    return attempt(request, act, f"已移出“{row}”。", PLAN.page, row.plan_id)
