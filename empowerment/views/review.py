"""The sheets of opinions: 区委编办 and 区司法局 on one filing, the district government on all that wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole, wholes
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request

from ..choices import Desk, FilingState, LineState, Verdict
from ..filings import desks, meetings
from ..filings.page import PAGES
from ..filings.steps import FILING, JUDGE, leaving
from ..forms.filings import MeetingForm, Opinions
from ..models import Filing, FilingItem, Meeting, Opinion
from ..rules import Tally, opinion_mark, tally
from ..selectors import filings as selectors
from ..services.lists import next_number
from ..tables.filings import MeetingTable
from .common import differences, page_of

A_PAGE = 50
# One form can't hold more; the rest of a huge filing goes as the page says.
MOST_AT_MEETING = 2000


def _desk_of(filing: Filing) -> Desk | None:
    return selectors.DESK_OF.get(FilingState(filing.state))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """The sheet of one filing; POST saves the opinions of the page, and with ``finish`` sends the filing on."""
    filing, scope = FILING.fetch(request.scope, pk), request.scope
    desk = _desk_of(filing)
    if request.method == "POST":
        return _save(request, filing)
    if desk is None or not JUDGE[desk].allows(filing, scope):
        if not any(scope.holds(right) for right in selectors.RIGHT_OF.values()):
            raise NotAllowed("您没有审核申报的权限。")
        return redirect("empowerment:filing", pk)
    return _sheet(request, filing, desk, None)


def _save(request: Request, filing: Filing) -> HttpResponse:
    """Save what was chosen; ``pass_rest`` passes every item without an opinion, ``finish`` sends it on as well."""
    desk = Desk(request.POST.get("desk", "")) if request.POST.get("desk") in Desk.values else None
    if desk not in JUDGE:
        desk = _desk_of(filing) or Desk.ESTABLISHMENT
    lines = list(filing.lines.filter(state=LineState.REVIEW).only("pk", "position", "name"))
    sheet = Opinions(request.POST, {line.pk: _called(line) for line in lines})
    given = sheet.given
    if "pass_rest" in request.POST and not sheet.errors:
        decided = set(Opinion.objects.filter(line__in=lines, desk=desk).values_list("line_id", flat=True))
        passed = (Verdict.PASS.value, "")
        given = {
            **{line.pk: passed for line in lines if line.pk not in decided},
            **{key: value for key, value in given.items() if value[0]},
        }
    refused = ""
    try:
        if not sheet.errors and "finish" in request.POST:
            done = desks.finish_desk(
                filing, desk=desk, actor=request.user, expected=request.POST.get("expected", ""),
                opinions=given, shown=sheet.shown,
            )  # fmt: skip
            messages.success(request, f"审核完毕，申报现为“{FilingState(done.state).label}”。")
            return redirect("empowerment:filing", filing.pk)
        if not sheet.errors:
            stands = desks.give_opinions(
                filing, desk=desk, opinions=given, actor=request.user, expected=sheet.shown
            )
            messages.success(request, f"审核意见已保存：{stands}。")
            return redirect(_here(request, filing))
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code == "stale":
            return _stale(request, filing, desk, sheet, error)
        if error.code == "undecided":
            refused = error.message
        elif not sheet.refuse(error):
            raise
    return _sheet(request, filing, desk, sheet, refused)


def _stale(request: Request, filing: Filing, desk: Desk, sheet: Opinions, stale: DomainError) -> HttpResponse:
    """Show the sheet with what was typed where it clashes, and as it is now everywhere else."""
    kept = sheet.shown
    clashes = stale.lines if isinstance(stale, desks.StaleOpinions) else {}
    sheet.errors.update(clashes)
    sheet.given = {
        key: given
        for key, given in sheet.given.items()
        if key in clashes or kept.get(key) != opinion_mark(*given)
    }
    answer = _sheet(request, filing, desk, sheet, "" if clashes else stale.message)
    answer.status_code = stale.status
    return answer


def _called(line: FilingItem) -> str:
    name = line.name if len(line.name) <= 30 else f"{line.name[:29]}…"
    return f"第 {line.position} 项“{name}”"


def _here(request: Request, filing: Filing) -> str:
    url = reverse("empowerment:filing-review", args=[filing.pk])
    page, size = whole(request.POST.get("page")), whole(request.GET.get("size"))
    return url if page is None else f"{url}?page={page}&size={size or ''}"


def _sheet(
    request: Request, filing: Filing, desk: Desk, sheet: Opinions | None, refused: str = ""
) -> HttpResponse:
    rows = (
        FilingItem.objects.filter(filing=filing, state=LineState.REVIEW)
        .select_related("type", "item__type", "previous")
        .order_by("position", "id")
    )
    # A form of thousands of fields would be refused.
    page = page_of(request, rows, A_PAGE, all_rows=False)
    page.object_list = _sheet_lines(list(page.object_list), desk, sheet)
    stands = selectors.desk_tally(filing, desk)
    context = {
        "title": f"{desk.label}审核",
        "filing": filing,
        "desk": desk,
        "page": page,
        "unit": "项",
        "stands": stands,
        "own": JUDGE[desk].why_not(request.scope, filing),
        "mark": selectors.desk_mark(filing, desk),
        "finish_label": leaving(desk, stands).label,
        "crumbs": (
            ("事项审核", reverse("empowerment:filing-reviews")),
            PAGES.crumbs(filing)[-1],
        ),
        "errors": sheet.errors if sheet else {},
        "unsaved": "尚未保存，尚未报送" if "finish" in request.POST else "尚未保存",
        "refused": refused,
        "verdicts": [(v.value, str(v.label)) for v in Verdict],
    }
    request.menu_current = "empowerment:filing-reviews"
    return render(request, "empowerment/filings/review.html", context)


@dataclass(frozen=True)
class SheetLine:
    """An item on a sheet: what it changes, the opinion of this desk, and those of the ones before."""

    line: FilingItem
    differences: list[tuple[str, str, str]]
    mark: str
    verdict: str
    reason: str
    error: str
    others: list[Opinion]
    returned: Opinion | None


def _sheet_lines(lines: Sequence[FilingItem], desk: Desk, sheet: Opinions | None) -> list[SheetLine]:
    opinions: dict[int, dict[str, Opinion]] = {}
    for opinion in Opinion.objects.filter(line__in=[line.pk for line in lines]):
        opinions.setdefault(opinion.line_id, {})[opinion.desk] = opinion
    before = {
        opinion.line_id: opinion
        for opinion in Opinion.objects.filter(
            line__in=[line.previous_id for line in lines if line.previous_id]
        ).exclude(reason="")
    }
    found = []
    for line in lines:
        given = opinions.get(line.pk, {})
        own = given.get(desk)
        saved = (own.verdict, own.reason) if own else ("", "")
        verdict, reason = sheet.given.get(line.pk, saved) if sheet else saved
        found.append(
            SheetLine(
                line,
                differences(line, line.item),
                mark=opinion_mark(*saved),
                verdict=verdict,
                reason=reason,
                error=sheet.errors.get(line.pk, "") if sheet else "",
                others=[opinion for key, opinion in given.items() if key != desk],
                returned=before.get(line.previous_id or 0),
            )
        )
    return found


class Meetings(ListPage):
    """The meetings of the district government and what came of them."""

    title = "审议会议"
    unit = "次"
    table_class = MeetingTable
    default_sort = "-held_on"
    search_fields = ("name", "reference")
    search_hint = "会议名称、纪要文号"
    crumbs = (("赋权事项", ""),)
    template_name = "empowerment/filings/meetings.html"
    empty_title = "还没有审议会议"
    empty_text = "申报经区委编办、区司法局审核后，由区政府办登记会议和逐项决定。"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.scope.whole_district("view_filing"):
            raise NotAllowed("您没有查看审议会议的权限。")
        return super().get(request, *args, **kwargs)

    def queryset(self, scope: Any) -> QuerySet[Meeting]:
        return selectors.meetings(scope).select_related("recorded_by", "item_list")

    def rows_of(self, page: Any) -> list[Any]:
        return _with_results(super().rows_of(page))

    def records(self, rows: QuerySet[Meeting]) -> list[Any]:
        return _with_results(list(rows))

    def context(self, scope: Any) -> dict[str, Any]:
        waiting = selectors.to_deliberate(scope).count()
        return {"waiting": waiting, "may_decide": scope.holds("record_decision")}


def _results(meetings: Iterable[Meeting]) -> dict[int, Tally]:
    verdicts: dict[int, dict[int, str]] = {meeting.pk: {} for meeting in meetings}
    rows = Opinion.objects.filter(meeting__in=list(verdicts)).values_list("meeting_id", "line_id", "verdict")
    for meeting, line, verdict in rows:
        verdicts[meeting][line] = verdict
    return {key: tally(given, given) for key, given in verdicts.items()}


def _with_results(rows: list[Any]) -> list[Any]:
    """Hang on each meeting of a table what came of it."""
    results = _results(rows)
    for row in rows:
        row.result = results[row.pk]
    return rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_create(request: Request) -> HttpResponse:
    """Record a meeting and its decision on every item that waits; all pass unless said otherwise."""
    scope = request.scope
    scope.require("record_decision", scope.district, label="登记审议决定")
    waiting = (
        Filing.objects.filter(district_id=scope.district_id, state=FilingState.DELIBERATION)
        .select_related("organization")
        .order_by("organization__display_order", "id")
    )
    groups = [
        {"department": department, "filings": list(rows)}
        for department, rows in groupby(waiting, key=lambda filing: filing.organization)
    ]
    posted = request.method == "POST"
    chosen = set(wholes(request.POST.getlist("filing")))
    lines = list(
        FilingItem.objects.filter(filing__in=[f.pk for f in waiting], state=LineState.REVIEW)
        .select_related("type", "item__type")
        .order_by("position", "id")
    )
    sheet = Opinions(request.POST, {line.pk: _called(line) for line in lines if line.filing_id in chosen})
    form = MeetingForm(request.POST if posted else None)
    gone = len(chosen - {filing.pk for filing in waiting})
    if gone:
        form.add_error(
            None, f"所选申报中有 {gone} 份已不在待审议之列，可能已由他人登记。核对其余申报后再登记。"
        )
    elif posted and form.is_valid() and not sheet.errors and "back" not in request.POST:
        passed = (Verdict.PASS.value, "")
        opinions = {line.pk: sheet.given.get(line.pk, passed) for line in lines if line.filing_id in chosen}
        picked = [filing for filing in waiting if filing.pk in chosen]
        try:
            if "version" not in request.POST:
                meetings.refuse_date(form.cleaned_data["held_on"], picked)
                if picked:
                    return _confirm_meeting(request, form, picked, lines, opinions)
            version = request.POST.get("version", "")
            meeting = meetings.record_meeting(
                opinions=opinions, actor=request.user, **form.cleaned_data,
                expected=whole(version),
            )  # fmt: skip
        except NotAllowed:
            raise
        except DomainError as error:
            if error.code in ("wrong_state", "stale"):
                raise
            if not sheet.refuse(error):
                form.refuse(error)
        else:
            messages.success(request, "会议和决定已登记。")
            return redirect("empowerment:meeting", meeting.pk)
    shown = lines[:MOST_AT_MEETING]
    by_filing: dict[int, list[SheetLine]] = {}
    for row in _sheet_lines(shown, Desk.GOVERNMENT, sheet if posted else None):
        by_filing.setdefault(row.line.filing_id, []).append(row)
    totals = selectors.line_counts(waiting)
    for group in groups:
        for filing in group["filings"]:
            filing.shown = by_filing.get(filing.pk, [])
            filing.total = totals[filing.pk].of(LineState.REVIEW)
            filing.chosen = not posted or filing.pk in chosen
    context = {
        "title": "登记审议决定",
        "form": form,
        "groups": groups,
        "total": len(lines),
        "hidden": len(lines) - len(shown),
        "errors": sheet.errors,
        "verdicts": [(v.value, str(v.label)) for v in Verdict],
        "crumbs": (("审议会议", reverse("empowerment:meetings")),),
    }
    status = 409 if gone else 200
    return render(request, "empowerment/filings/meeting_form.html", context, status=status)


def _confirm_meeting(
    request: Request,
    form: MeetingForm,
    filings: Sequence[Filing],
    lines: Sequence[FilingItem],
    opinions: dict[int, tuple[str, str]],
) -> HttpResponse:
    """Say what would be registered before it is: nothing of it can be taken back."""
    stands = tally(opinions, {key: verdict for key, (verdict, _) in opinions.items()})
    back = [
        {"line": line, "verdict": opinions[line.pk][0], "word": Verdict(opinions[line.pk][0]).label,
         "reason": opinions[line.pk][1]}
        for line in lines
        if line.pk in opinions and opinions[line.pk][0] != Verdict.PASS
    ]  # fmt: skip
    context = {
        "title": "核对审议决定",
        "meeting": form.cleaned_data,
        "form": form,
        "filings": filings,
        "stands": stands,
        "back": back,
        "version": next_number(request.scope.district_id) if stands.passed else "",
        "crumbs": (
            ("审议会议", reverse("empowerment:meetings")),
            ("登记审议决定", reverse("empowerment:meeting-create")),
        ),
    }
    return render(request, "empowerment/filings/meeting_confirm.html", context)


@login_required
@require_safe
def meeting(request: Request, pk: int) -> HttpResponse:
    """One meeting and what it decided."""
    scope = request.scope
    if not scope.whole_district("view_filing"):
        raise NotAllowed("您没有查看审议会议的权限。")
    rows = selectors.meetings(scope).select_related("recorded_by", "item_list")
    found = get_object_or_404(rows, pk=pk)
    opinions = (
        Opinion.objects.filter(meeting=found)
        .select_related("line__filing__organization", "line__type", "line__item")
        .order_by("line__filing__organization__display_order", "line__filing_id", "line__position", "line_id")
    )
    verdict = request.GET.get("verdict", "")
    shown = opinions.filter(verdict=verdict) if verdict in Verdict.values else opinions
    result = _results([found])[found.pk]
    context = {
        "title": found.name,
        "meeting": found,
        "met": selectors.MET,
        "version": getattr(found, "item_list", None),
        "page": page_of(request, shown, 100),
        "unit": "项",
        "result": result,
        "verdict": verdict,
        "timeline": timeline(found),
        "crumbs": (("审议会议", reverse("empowerment:meetings")),),
    }
    return render(request, "empowerment/filings/meeting.html", context)
