"""Claims: the list of all, and the desk of one street."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from empowerment.choices import ClaimState, Decision
from empowerment.claims.forms import DeclineForm, DeferForm
from empowerment.claims.model import Claim
from empowerment.claims.steps import CLAIM, decide, reopen, submit_claims
from empowerment.claims.tables import ClaimTable, DeskTable
from empowerment.filters.claims import ClaimFilter, DeskFilter
from empowerment.selectors import claims as selectors
from xianan.core.errors import DomainError
from xianan.core.outside import whole, wholes
from xianan.organizations.choices import Kind
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.lists import BulkAction, Tab
from xianan.ui.views import back_url

FORMS: dict[str, Any] = {Decision.DECLINED: DeclineForm, Decision.DEFERRED: DeferForm}
TABS = (
    Tab("pending", "未处理", Q(decision=Decision.PENDING)),
    Tab("claimed", "已认领", Q(decision=Decision.CLAIMED)),
    Tab("declined", "不认领", Q(decision=Decision.DECLINED)),
    Tab("deferred", "暂缓", Q(decision=Decision.DEFERRED)),
    Tab("all", "全部"),
)
DESK_SIZE = 50


class ClaimList(ListPage):
    """All claims that a person may see; whoever works for one street alone is led to its desk."""

    title = "认领情况"
    right = "view_claim"
    table_class = ClaimTable
    filterset_class = ClaimFilter
    tabs = (TABS[-1], *TABS[:-1])
    search_fields = ("entry__name", "reason")
    search_hint = "事项名称、理由"
    crumbs = (("赋权事项", ""),)
    empty_title = "还没有需要认领的事项"
    empty_text = "清单公布后，各街道的认领任务自动下达，在这里查看进度和不认领的理由。"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        street = own_desk(self.scope)
        if street and not request.GET:
            return redirect("empowerment:claim-desk", street=street)
        return super().get(request, *args, **kwargs)

    def queryset(self, scope: Any) -> QuerySet[Claim]:
        return CLAIM.visible(scope)


def own_desk(scope: Scope) -> int | None:
    """Return the street whose desk is a person's own: the only one whose claims they may see."""
    if scope.whole_district("view_claim"):
        return None
    streets = scope.organization_ids("view_claim")
    return next(iter(streets)) if len(streets) == 1 else None


def get_street(request: Request, pk: int) -> Organization:
    """Return the street if the person may see its claims, else raise Http404."""
    scope = request.scope
    street = Organization.objects.filter(pk=pk, district_id=scope.district_id, kind=Kind.STREET).first()
    if street is None or not scope.can("view_claim", street):
        raise Http404
    return street


class ClaimDesk(ListPage):
    """What a street is asked and has said, grouped by department, with what can be done."""

    title = "事项认领"
    crumbs = (("赋权事项", ""),)
    table_class = DeskTable
    filterset_class = DeskFilter
    tabs = TABS
    search_fields = ("entry__name", "entry__duties", "entry__basis")
    search_hint = "事项名称、职责"
    template_name = "empowerment/claims/desk.html"
    bulk_all = True
    empty_title = "没有这类事项"

    @cached_property
    def street(self) -> Organization:
        return get_street(self.request, self.kwargs["street"])

    @cached_property
    def desk(self) -> selectors.Desk:
        return selectors.desk(self.street)

    @cached_property
    def may_decide(self) -> bool:
        return self.scope.can("decide_claim", self.street)

    @cached_property
    def may_submit(self) -> bool:
        return self.scope.can("submit_claim", self.street)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.street  # noqa: B018 - 404 before anything is counted
        return super().get(request, *args, **kwargs)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        query = request.GET.copy()
        query.setdefault("size", str(DESK_SIZE))
        if query.get("claim"):
            query.setdefault("tab", "all")
        self._query = query

    @cached_property
    def query(self) -> QueryDict:
        return self._query

    def queryset(self, scope: Any) -> QuerySet[Claim]:
        rows = CLAIM.visible(scope).filter(street=self.street)
        wanted = whole(self.query.get("claim"))
        if wanted is not None:
            rows = rows.filter(pk=wanted)
        return rows.order_by("item__organization__display_order", "item__organization_id", "item__number")

    def table(self, rows: list[Any]) -> Any:
        if rows:
            self._prepare(rows)
        return super().table(rows)

    def _prepare(self, rows: list[Any]) -> None:
        """Hang on each row what was proposed and what can be done now; two queries a page."""
        items = [row.item_id for row in rows]
        proposed = selectors.proposed_streets(items)
        held = set(
            Claim.objects.filter(selectors.LIVE, pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
        )
        for row in rows:
            ticked = selectors.is_proposed(self.street, proposed.get(row.item_id, []))
            row.hint = "申报建议本街道承接" if ticked else ""
            row.held = row.pk in held
            row.group_count = self.groups.get(row.item.organization_id, 0)
            row.steps = {step.name for step in CLAIM.offered(row, self.scope)} if self.may_decide else set()

    def bulk_actions(self, scope: Any) -> Sequence[BulkAction]:
        if not self.may_decide:
            return ()
        url = reverse("empowerment:claim-decide", args=[self.street.pk])
        return [
            BulkAction("暂缓所选…", f"{url}?decision=deferred", dialog="defer-many"),
            BulkAction("不认领所选…", f"{url}?decision=declined", "refuse", dialog="decline-many"),
            BulkAction("撤回所选意见", f"{url}?decision=pending"),
            BulkAction("认领所选", f"{url}?decision=claimed", "primary", icon="check"),
        ]

    @cached_property
    def groups(self) -> dict[int, int]:
        """Items of each department under the present conditions."""
        rows = self.filtered.order_by().values("item__organization_id").annotate(all=Count("pk"))
        return {row["item__organization_id"]: row["all"] for row in rows}

    def context(self, scope: Any) -> dict[str, Any]:
        decide = reverse("empowerment:claim-decide", args=[self.street.pk])
        return {
            "noun": "事项",
            "street": self.street,
            "desk": self.desk,
            "grouped": not self.sort,
            "export_columns": ",".join(DeskTable.exported),
            "may_decide": self.may_decide,
            "may_submit": self.may_submit,
            "decide_url": decide,
            "here": self.request.get_full_path(),
            "dialogs": [
                {
                    "id": f"{key}{many}",
                    "kind": key,
                    "many": bool(many),
                    "form": form(auto_id=f"{key}{many}-%s"),
                }
                for key, form in (("decline", DeclineForm), ("defer", DeferForm))
                for many in ("", "-many")
            ],
        }


def _selected(request: Request, street: Organization) -> QuerySet[Claim]:
    """The claims a form speaks of: one named in the address, the ticked ones, or with ``all`` every
    open one under the conditions of the list it came from.
    """
    named = request.GET.get("claim", "")
    if named:
        keys = [named]
    elif request.POST.get("all"):
        view = ClaimDesk()
        view.setup(request, street=street.pk)
        view._query = QueryDict(request.POST.get("query", ""))
        return view.filtered.filter(state=ClaimState.OPEN).order_by()
    else:
        keys = request.POST.getlist("row")
    return Claim.objects.filter(street=street, pk__in=wholes(keys))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_decide(request: Request, street: int) -> HttpResponse:
    """Give or take back an opinion on one claim or many.

    GET shows the form of a decline or deferral as a page of its own, for browsers without dialogs and
    for what has to be put right.
    """
    owner = get_street(request, street)
    request.scope.require("decide_claim", owner, label="认领事项")
    decision = request.GET.get("decision", "")
    form_class = FORMS.get(decision)
    desk = reverse("empowerment:claim-desk", args=[street])
    if request.method != "POST":
        if form_class is None or not request.GET.get("claim"):
            return redirect(desk)
        return _form_page(request, owner, form_class(), _selected(request, owner), desk)
    chosen = _selected(request, owner)
    values: dict[str, Any] = {}
    if form_class is not None:
        form = form_class(request.POST)
        if not form.is_valid():
            return _form_page(request, owner, form, chosen, desk)
        values = form.service_values()
        try:
            done = decide(chosen, decision=decision, actor=request.user, **values)
        except DomainError as refusal:
            form.refuse(refusal)
            return _form_page(request, owner, form, chosen, desk, 200 if refusal.field else refusal.status)
    else:
        done = decide(chosen, decision=decision, actor=request.user)
    word = {
        Decision.CLAIMED: "已认领",
        Decision.DECLINED: "已登记不认领",
        Decision.DEFERRED: "已暂缓",
        Decision.PENDING: "已撤回意见",
    }[Decision(decision)]
    messages.success(request, f"{word} {len(done)} 项。提交前仍可改动。")
    return redirect(back_url(request, desk))


def _form_page(
    request: Request, street: Organization, form: Any, chosen: QuerySet[Claim], desk: str, status: int = 200
) -> HttpResponse:
    claims = list(chosen.select_related("entry", "item")[:200])
    declines = isinstance(form, DeclineForm)
    parameters = {key: request.GET[key] for key in ("decision", "claim") if key in request.GET}
    context = {
        "title": "不认领事项" if declines else "暂缓事项",
        "crumbs": (("赋权事项", ""), ("事项认领", desk)),
        "street": street,
        "form": form,
        "claims": claims,
        "rows": request.POST.getlist("row"),
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "action": f"{reverse('empowerment:claim-decide', args=[street.pk])}?{urlencode(parameters)}",
        "desk_url": back_url(request, desk),
        "button": f"不认领这 {len(claims)} 项" if declines else f"暂缓这 {len(claims)} 项",
    }
    return render(request, "empowerment/claims/form.html", context, status=status)


@login_required
@require_POST
def claim_submit(request: Request, street: int) -> HttpResponse:
    """Submit what has been decided for a street."""
    owner = get_street(request, street)
    done = submit_claims(
        owner,
        actor=request.user,
        expected=request.POST.get("expected", ""),
    )
    left = selectors.desk(owner).pending
    more = f"还有 {left} 项未处理，处理后可另行提交。" if left else "本街道的认领已全部提交。"
    messages.success(request, f"已提交认领结果 {len(done)} 项。{more}")
    return redirect("empowerment:claim-desk", street=street)


@login_required
@require_POST
def claim_reopen(request: Request, street: int, pk: int) -> HttpResponse:
    """Take up a submitted claim once more."""
    owner = get_street(request, street)
    claim = Claim.objects.filter(street=owner, pk=pk).first()
    if claim is None:
        raise Http404
    reopen(claim, actor=request.user)
    messages.success(request, f"“{claim.item}”已退回到未处理，可重新提出意见。")
    desk = reverse("empowerment:claim-desk", args=[street])
    return redirect(back_url(request, desk))


urlpatterns: list[URLPattern] = [
    path("claims/", ClaimList.as_view(), name="claims"),
    path("claims/streets/<number:street>/", ClaimDesk.as_view(), name="claim-desk"),
    path("claims/streets/<number:street>/decide/", claim_decide, name="claim-decide"),
    path("claims/streets/<number:street>/submit/", claim_submit, name="claim-submit"),
    path("claims/streets/<number:street>/<number:pk>/reopen/", claim_reopen, name="claim-reopen"),
]
