"""Sessions: the list, and planning, changing, moving, cancelling and recording one (P14, P17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from empowerment.selectors.spans import listed_items
from secondment.choices import SessionKind, SessionState
from secondment.filters.training import SessionFilter
from secondment.flows.training import flow_of
from secondment.forms.training import (
    HoldForm,
    MoveForm,
    ReasonForm,
    SessionForm,
    initial_of,
    usual_times,
)
from secondment.models import Session
from secondment.rules.training import quarter_of
from secondment.selectors import duties
from secondment.selectors.training import (
    VIEW,
    as_entered,
    unrecorded,
    visible_sessions,
    with_attendance,
)
from secondment.services import sessions as services
from secondment.tables.training import SessionTable
from secondment.training_plans.steps import FILL, PLAN
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets
from xianan.ui.acts import attempt, form_page
from xianan.ui.lists import Tab

WRITE = ["GET", "HEAD", "POST"]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of training."""
    return [("人员与培训", ""), ("培训", reverse("secondment:trainings")), *more]


class SessionList(ListPage):
    """The sessions of the district, planned and held."""

    title = "培训场次"
    unit = "场"
    right = VIEW
    table_class = SessionTable
    filterset_class = SessionFilter
    default_sort = "-day"
    search_fields = ("title", "place", "trainer", "organization__name")
    search_hint = "内容、地点、授课人"
    template_name = "secondment/training/sessions.html"
    empty_title = "还没有培训场次"
    empty_text = "部门制定年度计划或登记场次后，培训列在这里。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return crumbs()

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        today = clock.today()
        return (
            Tab("all", "全部"),
            Tab("coming", "待举办", Q(state=SessionState.PLANNED, planned_on__gte=today)),
            Tab("unrecorded", "待登记", unrecorded(today)),
            Tab("held", "已举办", Q(state=SessionState.HELD)),
            Tab("unproven", "补登未计入", Q(state=SessionState.HELD, counts=False)),
            Tab("joint", "全区执法培训", Q(kind=SessionKind.JOINT)),
            Tab("cancelled", "已取消", Q(state=SessionState.CANCELLED)),
        )

    def queryset(self, scope: Any) -> QuerySet[Session]:
        rows = visible_sessions(scope).select_related("organization").prefetch_related("streets")
        return with_attendance(as_entered(rows))

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not may_plan(scope):
            return None
        return "登记培训场次", reverse("secondment:session-create")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_plan": may_plan(scope)}


def may_plan(scope: Scope) -> bool:
    """Whether a person holds sessions of any kind."""
    return bool(scope.organization_ids("plan_training")) or scope.whole_district("hold_joint_training")


def get_session(request: Request, pk: int) -> Session:
    """Return a session the person may see, else raise Http404."""
    scope = request.scope
    rows = as_entered(visible_sessions(scope)).select_related(
        "organization", "plan__organization", "makes_up", "district"
    )
    request.menu_current = "secondment:trainings"
    return scope.fetch(rows, pk, VIEW)


def _for_step(request: Request, pk: int, step: str) -> Session:
    """Return a session on which the person may take a step now: 404, 403, 409 otherwise."""
    session = get_session(request, pk)
    flow = flow_of(session)
    flow.refuse_unless_possible(session, step, request.scope, reason="-")
    return session


def _here(session: Session) -> str:
    return reverse("secondment:session", args=[session.pk])


def _form(
    request: Request,
    organizations: QuerySet[Organization],
    kinds: list[str],
    *,
    initial: dict[str, Any],
    announced: bool = False,
) -> SessionForm:
    scope = request.scope
    owners = None if SessionKind.JOINT in kinds else list(organizations.values_list("pk", flat=True))
    form = SessionForm(
        request.POST or None,
        organizations=organizations,
        kinds=kinds,
        streets=streets(scope.district_id),
        items=listed_items(scope.district_id, owners),
        announced=announced,
        initial=initial,
    )
    if len(organizations) == 1:
        form.fields["organization"].widget = forms.HiddenInput()
        form.initial["organization"] = organizations[0].pk
    return form


@login_required
@require_http_methods(WRITE)
def session_create(request: Request) -> HttpResponse:
    """Register a session beyond the yearly plan, or a joint one."""
    scope = request.scope
    own = scope.organization_ids("plan_training")
    joint = scope.whole_district("hold_joint_training")
    if not own and not joint:
        raise NotAllowed("您没有“登记培训场次”的权限。")
    kinds = [SessionKind.DEPARTMENT, SessionKind.OTHER] if own else []
    kinds += [SessionKind.JOINT] if joint else []
    keys = own | ({scope.organization.pk} if joint else set())
    organizations = Organization.objects.filter(pk__in=keys)
    invited = [row.pk for row in streets(scope.district_id)]
    form = _form(
        request,
        organizations,
        [kind.value for kind in kinds],
        initial={**usual_times(), "streets": invited, "planned_on": clock.today()},
    )
    request.menu_current = "secondment:trainings"
    return form_page(
        request,
        form,
        lambda data: services.add_session(
            organization=data["organization"], actor=request.user, values=form.values,
            items=data["items"], streets=data["streets"],
        ),
        _here,
        title="登记培训场次",
        button="登记场次",
        back=reverse("secondment:sessions"),
        crumbs=crumbs(("培训场次", reverse("secondment:sessions"))),
        done="场次已登记。",
        hint="年度计划内的场次从年度计划增加；这里登记计划外加场，也可以补登已举办的培训。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def plan_session_create(request: Request, pk: int) -> HttpResponse:
    """Add a session to a plan in work."""
    scope = request.scope
    plan = PLAN.fetch(scope, pk)
    FILL.refuse(plan, scope)
    invited = [row.pk for row in streets(scope.district_id)]
    form = _form(
        request,
        Organization.objects.filter(pk=plan.organization_id),
        [SessionKind.DEPARTMENT.value, SessionKind.OTHER.value],
        initial={**usual_times(), "streets": invited},
    )
    back = reverse("secondment:training-plan", args=[plan.pk])
    request.menu_current = "secondment:trainings"
    return form_page(
        request,
        form,
        lambda data: services.add_session(
            organization=plan.organization, plan=plan, actor=request.user, values=form.values,
            items=data["items"], streets=data["streets"],
        ),
        lambda _: back,
        title="增加场次",
        button="列入计划",
        back=back,
        crumbs=crumbs((str(plan), back)),
        done="已列入计划。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def session_change(request: Request, pk: int) -> HttpResponse:
    """Change what, where and for whom a session is; once it is announced with a reason."""
    session = _for_step(request, pk, "edit")
    announced = services.is_announced(session)
    kinds = (
        [SessionKind.JOINT.value]
        if session.kind == SessionKind.JOINT
        else [SessionKind.DEPARTMENT.value, SessionKind.OTHER.value]
    )
    form = _form(
        request,
        Organization.objects.filter(pk=session.organization_id),
        kinds,
        initial=initial_of(session),
        announced=announced,
    )

    def act(data: dict[str, Any]) -> Session:
        values = {"planned_on": session.planned_on, **form.values}
        return services.change_session(
            session, actor=request.user, values=values, items=data["items"],
            streets=data["streets"], reason=data.get("reason", ""),
        )  # fmt: skip

    return form_page(
        request, form, act, _here,
        title="修改场次", button="保存修改", back=_here(session),
        crumbs=crumbs((session.title, _here(session))), done="已保存。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def session_move(request: Request, pk: int) -> HttpResponse:
    """Give a session another day or time."""
    session = _for_step(request, pk, "move")
    names = ("planned_on", "starts_at", "ends_at")
    before = quarter_of(session.planned_on)

    def done(moved: Session) -> str:
        text = "已改期，原日期和原因留在办理记录中。"
        after = quarter_of(moved.planned_on)
        return text if after == before else f"{text}{before}改到{after}，{before}不足的须另行安排。"

    form = MoveForm(request.POST or None, initial={name: getattr(session, name) for name in names})
    return form_page(
        request, form, lambda data: services.move_session(session, actor=request.user, **data),
        _here, title="改期", button="改期并记录原因", back=_here(session),
        crumbs=crumbs((session.title, _here(session))), done=done,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def session_cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel a session."""
    session = _for_step(request, pk, "cancel")
    return form_page(
        request, ReasonForm(request.POST or None),
        lambda data: services.cancel_session(session, actor=request.user, **data),
        _here, title="取消场次", button="取消这场培训", back=_here(session), refuse=True,
        crumbs=crumbs((session.title, _here(session))), done="场次已取消。",
        hint="取消后场次留在记录中，不计入季度培训。本季度不足的须另行安排。",
    )  # fmt: skip


def _held(session: Session) -> str:
    if session.needs_proof:
        return (
            f"已登记为已举办。{quarter_of(session.day)}已经结束，上传签到表或者到场街道确认后计入，"
            "已请到场街道确认。"
        )
    if session.makes_up is not None:
        return f"已登记为已举办，计作{session.makes_up.when}的补训。"
    return "已登记为已举办，计入举办部门当季培训。"


@login_required
@require_http_methods(WRITE)
def session_hold(request: Request, pk: int) -> HttpResponse:
    """Record that a session was held."""
    session = _for_step(request, pk, "hold")
    form = HoldForm(
        request.POST or None,
        missed=duties.missed(session.organization_id),
        initial={"held_on": min(session.planned_on, clock.today())},
    )
    present = session.attendances.filter(present=True).count()
    return form_page(
        request, form, lambda data: services.hold_session(session, actor=request.user, **data),
        _here, title="登记举办情况", button="登记为已举办", back=_here(session),
        crumbs=crumbs((session.title, _here(session))), done=_held,
        hint=f"名单上到场 {present} 人。登记后签到截止，街道不再增补名单，由举办单位补正。"
        "举办日期所在季度已经结束的，上传签到表或者到场街道确认后才计入。",
    )  # fmt: skip


@login_required
@require_POST
def session_remove(request: Request, pk: int) -> HttpResponse:
    """Take a session out of a plan in work."""
    session = get_session(request, pk)
    plan = session.plan_id
    act = lambda: services.remove_session(session, actor=request.user)  # noqa: E731
    if plan is None:
        return attempt(request, act, "", "secondment:session", pk)
    return attempt(request, act, f"已移出“{session}”。", "secondment:training-plan", plan)
