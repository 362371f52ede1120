"""The steps of a secondment, each a page of its own with its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secondment.choices import Membership, SecondmentState
from secondment.flows.staff import SERVICE, SERVICE_OFFICE, SERVICE_STREET
from secondment.forms.staff import (
    ArrivalForm,
    CancelForm,
    ExtendForm,
    FinishForm,
    MembershipForm,
    NoteForm,
    PersonForm,
    ReasonForm,
    TransferForm,
)
from secondment.models import Secondment
from secondment.selectors.figures import staff_figures
from secondment.services import people, registration, terms
from secondment.views.common import SECTION, StepPage, take_step
from secondment.views.staff import get_secondment
from xianan.core import clock
from xianan.core.dates import add_months, chinese_date, full_years
from xianan.core.errors import DomainError
from xianan.core.flow import Flow
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope


def possible(flow: Flow, name: str) -> Callable[[Any, Scope], Any]:
    """Return what refuses a step that may not be taken now; the reason is asked by its form."""
    return lambda row, scope: flow.refuse_unless_possible(row, name, scope, reason="—")


def _may_change_person(row: Secondment, scope: Scope) -> None:
    scope.require("register_secondment", row, "organization", label="修改人员情况")


def _may_move_membership(row: Secondment, scope: Scope) -> None:
    if not scope.can("confirm_arrival", row, "street"):
        scope.require("register_secondment", row, "organization", label="登记组织关系转入")
    if row.state not in (SecondmentState.REGISTERED, SecondmentState.SERVING):
        raise DomainError("wrong_state", f"下沉现在是“{row.get_state_display()}”，不能登记组织关系转入。")
    if row.person.membership == Membership.NONE:
        raise DomainError("no_membership", f"{row.person}无党（团）组织关系，不需要转接。")


# ---- What each does, and what the person is told ----------------------------------------------------


def _agree(row: Secondment, form: Any, actor: Any) -> str:
    done = registration.agree(row, actor=actor, note=form.cleaned_data["note"])
    return f"已同意，待{done.street}确认到岗。"


def _refuse(row: Secondment, form: Any, actor: Any) -> str:
    registration.refuse(row, actor=actor, reason=form.cleaned_data["reason"])
    return f"已答复{row.organization}不同意下沉。"


def _cancel(row: Secondment, form: Any, actor: Any) -> str:
    registration.cancel(row, actor=actor, reason=form.cleaned_data["reason"])
    return "已撤销登记，记录保留。"


def _arrive(row: Secondment, form: Any, actor: Any) -> str:
    on = form.cleaned_data["on"]
    done = terms.confirm_arrival(row, on=on, actor=actor)
    return f"已确认{row.person}到岗，{chinese_date(on)}起计入{done.street}的人员覆盖。"


def _extend(row: Secondment, form: Any, actor: Any) -> str:
    until = form.cleaned_data["until"]
    terms.extend(row, until=until, reason=form.cleaned_data["reason"], actor=actor)
    return f"已延长到 {chinese_date(until)}。"


def _finish(row: Secondment, form: Any, actor: Any) -> str:
    done = terms.finish(row, actor=actor, **form.cleaned_data)
    return f"已办理{done.get_end_kind_display()}，最后一日 {chinese_date(form.cleaned_data['last_day'])}。"


def _transfer(row: Secondment, form: Any, actor: Any) -> str:
    new = terms.transfer(row, actor=actor, **form.cleaned_data)
    return f"已调整到{new.street}，{chinese_date(new.starts_on)}起，待{new.street}确认到岗。"


def _membership(row: Secondment, form: Any, actor: Any) -> str:
    registration.move_membership(row, on=form.cleaned_data["on"], actor=actor)
    return "已登记组织关系转入街道。"


def _person(row: Secondment, form: Any, actor: Any) -> str:
    known = form.particulars(row.person.name, row.person.id_number)
    people.change_person(row.person, known, actor=actor)
    return "已保存人员情况。"


def _arrival_day(row: Secondment) -> dict[str, Any]:
    return {"on": max(row.starts_on, min(clock.today(), row.planned_until))}


def _last_day(row: Secondment) -> dict[str, Any]:
    return {"last_day": min(row.planned_until, clock.today())}


def _transferred(row: Secondment) -> dict[str, Any]:
    return {"last_day": clock.today(), "planned_until": row.planned_until}


STEPS: dict[str, StepPage] = {
    "agree": StepPage(
        "同意超过年龄仍下沉",
        "同意下沉并请街道确认到岗",
        possible(SERVICE_OFFICE, "agree"),
        _agree,
        NoteForm,
        notes=(("年龄的“一般”允许例外", "须有理由并经区委编办同意（P12）"),),
        after=("街道收到确认到岗的待办",),
    ),
    "refuse": StepPage(
        "不同意下沉",
        "不同意下沉并答复部门",
        possible(SERVICE_OFFICE, "refuse"),
        _refuse,
        ReasonForm,
        style="refuse",
        after=("部门撤销登记或改派他人",),
    ),
    "cancel": StepPage(
        "撤销登记",
        "撤销下沉登记",
        possible(SERVICE, "cancel"),
        _cancel,
        CancelForm,
        style="refuse",
        after=("登记保留在记录中，该人员可以另行登记",),
    ),
    "arrive": StepPage(
        "确认到岗",
        "确认到岗并计入人员覆盖",
        possible(SERVICE_STREET, "arrive"),
        _arrive,
        ArrivalForm,
        initial=_arrival_day,
        notes=(("以街道确认为准", "到岗之日起计入人员覆盖（P11）"),),
        after=("开始提醒期满和执法证到期", "接任人员到岗的，替换随之完成"),
    ),
    "extend": StepPage(
        "延长期限",
        "延长下沉期限",
        possible(SERVICE, "extend"),
        _extend,
        ExtendForm,
        initial=lambda row: {"until": add_months(row.planned_until, 12)},
        after=("期满提醒改按新的日期",),
    ),
    "finish": StepPage(
        "办理返回",
        "办理返回派出部门",
        possible(SERVICE, "finish"),
        _finish,
        FinishForm,
        initial=_last_day,
        notes=(("下沉时间不少于实施方案规定的期限", "提前结束须写明理由（P12）"),),
        after=("次日起不再计入人员覆盖", "没有接续人员的，部门收到补派的待办"),
    ),
    "transfer": StepPage(
        "调整到其他街道",
        "调整街道并请新街道确认到岗",
        possible(SERVICE, "transfer"),
        _transfer,
        TransferForm,
        initial=_transferred,
        needs_row=True,
        notes=(("任期连续计算", "两段合计不少于文件要求的期限（P12）"),),
        after=("原街道到最后一日为止", "新街道确认到岗后计入其人员覆盖"),
    ),
    "membership": StepPage(
        "登记组织关系转入",
        "登记组织关系转入街道",
        _may_move_membership,
        _membership,
        MembershipForm,
        initial=lambda row: {"on": row.membership_on or clock.today()},
        notes=(("党（团）组织关系转入街道", "实施方案四（三）（P31）"),),
    ),
    "person": StepPage(
        "修改人员情况",
        "保存人员情况",
        _may_change_person,
        _person,
        PersonForm,
        needs_row=True,
        notes=(("姓名和身份证号码不能修改", "有误的，撤销登记后重新登记"),),
    ),
}


def _asked(row: Secondment) -> tuple[str, str]:
    """What 区委编办 decides about: the age, and why it is this person all the same."""
    limit = staff_figures(row.district_id, row.starts_on).age_limit
    years = full_years(row.person.born_on, row.starts_on)
    return f"下沉之日 {years} 周岁，一般不超过 {limit} 周岁", f"理由：{row.over_age_reason}"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def secondment_step(request: Request, pk: int, step: str) -> HttpResponse:
    """Show the form of a step or take it."""
    row = get_secondment(request, pk)
    url = reverse("secondment:secondment", args=[row.pk])
    return take_step(
        request,
        row,
        STEPS[step],
        crumbs=((SECTION, ""), ("下沉人员", reverse("secondment:secondments")), (row.person.name, url)),
        facts=(
            f"{row.organization} → {row.street}",
            f"{chinese_date(row.starts_on)}至 {chinese_date(row.planned_until)}",
            *(_asked(row) if step in ("agree", "refuse") else ()),
        ),
        menu="secondment:secondments",
        back=(row.person.name, url),
    )
