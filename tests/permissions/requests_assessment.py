"""Attempts at the yearly assessment: schemes, cycles, self-reports, scores, visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from assessment.models import Indicator, LeadingMember
from assessment.selectors.figures import cut_off
from tests.permissions import estate_assessment as estate
from tests.permissions.attempts import At, Values, later, link, page, post

LOG = "history_entry"
SCHEME = f"assessment_scheme {LOG}"
CYCLE = f"assessment_cycle {LOG}"
DUE = "deadlines_deadline"


def scheme(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.schemes[state].pk}]


def group(at: At, place: int = 0) -> Values:
    row = at.unit.schemes["draft"]
    return {"pk": row.pk, "group": list(row.groups.all())[place].pk}


def indicator(at: At) -> Values:
    row = at.unit.schemes["draft"]
    return {"pk": row.pk, "indicator": row.indicators.first().pk}


def indicator_form(at: At, code: str) -> Values:
    return {
        "group": group(at)["group"],
        "code": code,
        "name": "新指标",
        "points": "4",
        "kind": "normal",
        "mode": "hand",
        "measure_key": "",
        "per_count": "",
        "none_due": "full",
        "methods": ["papers"],
        "rule": "缺一项扣 1 分",
        "evidence": "",
    }


def cycle(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.cycles[state].pk}]


# ---- Schemes -----------------------------------------------------------------------------------------------

page("assessment:schemes")
page("assessment:scheme-create")
post(
    "assessment:scheme-create",
    data=lambda at: {"year": "2026", "title": "新细则", "note": ""},
    changes=SCHEME,
)
page("assessment:scheme", scheme("draft"))
page("assessment:scheme-print", scheme("draft"))
page("assessment:scheme-export", scheme("draft"))
page("assessment:scheme-change", scheme("draft"))
post(
    "assessment:scheme-change",
    scheme("draft"),
    data=lambda at: {"title": "改题", "note": "", "bonus_cap": "2", "penalty_cap": "0"},
    changes=SCHEME,
)
page("assessment:scheme-copy", scheme("scoring"))
post(
    "assessment:scheme-copy",
    scheme("scoring"),
    data=lambda at: {"year": "2027", "title": "复制", "note": ""},
    changes=f"{SCHEME} assessment_indicator assessment_group",
)
post("assessment:scheme-delete", scheme("draft"), changes=SCHEME)
page("assessment:group-create", scheme("draft"))
post(
    "assessment:group-create",
    scheme("draft"),
    data=lambda at: {"name": "改革方案", "position": "3"},
    changes=f"assessment_group {LOG}",
)
page("assessment:group-change", lambda at: [group(at)])
post(
    "assessment:group-change",
    lambda at: [group(at)],
    data=lambda at: {"name": "改名", "position": "1"},
    changes=f"assessment_group {LOG}",
)
post("assessment:group-delete", lambda at: [group(at, 1)], changes=f"assessment_group {LOG}")
page("assessment:indicator-create", scheme("draft"))
post(
    "assessment:indicator-create",
    scheme("draft"),
    data=lambda at: indicator_form(at, "1.9"),
    changes=f"assessment_indicator {LOG}",
)
page("assessment:indicator-change", lambda at: [indicator(at)])
post(
    "assessment:indicator-change",
    lambda at: [indicator(at)],
    data=lambda at: indicator_form(at, "1.1"),
    changes=f"assessment_indicator {LOG}",
)
post("assessment:indicator-delete", lambda at: [indicator(at)], changes=f"assessment_indicator {LOG}")


# ---- Cycles ------------------------------------------------------------------------------------------------

page(
    "assessment:cycles",
    marks=lambda at: [link("assessment:cycle", at.unit.cycles["scoring"].pk) + '"'],
    may_show=True,
)
page("assessment:cycle-create")
post(
    "assessment:cycle-create",
    data=lambda at: {
        "year": "2029",
        "title": "新考核",
        "scheme": at.unit.schemes["scoring"].pk,
        "consolidation": "mean",
        "streets": [at.unit.street.pk],
    },
    changes=f"{CYCLE} assessment_cyclestreet",
)
page("assessment:cycle", cycle("scoring"))


def open_indicator(at: At) -> list[Values]:
    row = at.unit.cycles["scoring"]
    return [{"pk": row.pk, "indicator": Indicator.objects.get(scheme=row.scheme_id, code="1.3").pk}]


page("assessment:cycle-change", cycle("report"))
post(
    "assessment:cycle-change",
    cycle("report"),
    data=lambda at: {"title": "改名", "consolidation": "lead"},
    changes=CYCLE,
)
post("assessment:cycle-delete", cycle("prepare"), changes=CYCLE)
page("assessment:cycle-step", cycle("visits"), query=lambda at: "?step=to_scoring_without")
post("assessment:cycle-step", cycle("report"), query=lambda at: "?step=to_papers", changes=CYCLE)
post(
    "assessment:cycle-step",
    cycle("visits"),
    "自评未齐",
    query=lambda at: "?step=to_scoring_without",
    data=lambda at: {"reason": "年底须完成"},
    changes=f"{CYCLE} assessment_reading {DUE}",
)
post(
    "assessment:cycle-read",
    cycle("scoring"),
    data=lambda at: {"on": cut_off(at.unit.cycles["scoring"]) - dt.timedelta(days=1)},
    changes=f"{CYCLE} assessment_reading",
)
page("assessment:cycle-none-due", open_indicator)
post(
    "assessment:cycle-none-due",
    open_indicator,
    data=lambda at: {"counts_as": "full", "reason": "领导小组会议研究"},
    changes=f"assessment_nonedueruling {LOG}",
)
post(
    "assessment:cycle-chase",
    cycle("scoring"),
    data=lambda at: {"members": [estate.member(at.unit, "scoring").pk], "note": "抓紧"},
    changes=f"deadlines_notice {LOG}",
)
page("assessment:cycle-arrange", cycle("prepare"))
page("assessment:cycle-streets", cycle("prepare"))
post(
    "assessment:cycle-streets",
    cycle("prepare"),
    data=lambda at: {"streets": [row.pk for row in at.estate.world.streets]},
    changes=f"assessment_cyclestreet {LOG}",
)
page("assessment:cycle-phases", cycle("report"))
post(
    "assessment:cycle-phases",
    cycle("report"),
    data=lambda at: {
        f"{phase}_{part}": day.replace(year=day.year + 1).isoformat()
        for phase, pair in estate.days().items()
        for part, day in zip(("starts_on", "ends_on"), pair, strict=True)
    },
    changes=f"assessment_cyclephase {LOG} {DUE}",
)
page("assessment:leader-create", cycle("report"))
post(
    "assessment:leader-create",
    cycle("report"),
    data=lambda at: {"name": "赵××", "title": "局长"},
    changes=f"assessment_leadingmember {LOG}",
)


def leader(at: At) -> list[Values]:
    row = at.unit.cycles["report"]
    return [{"pk": row.pk, "leader": LeadingMember.objects.get(cycle=row, is_chair=False).pk}]


post("assessment:leader-delete", leader, changes=f"assessment_leadingmember {LOG}")
page("assessment:members-add", cycle("report"))
post(
    "assessment:members-add",
    cycle("report"),
    data=lambda at: {"people": [at.estate.world.inspection.pk]},
    changes=f"assessment_teammember {LOG}",
)


def member(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.cycles[state].pk, "member": estate.member(at.unit, state).pk}]


page("assessment:member-assign", member("report"))
post(
    "assessment:member-assign",
    member("report"),
    data=lambda at: {
        "indicators": [Indicator.objects.get(scheme=at.unit.schemes["report"], code="1.1").pk],
    },
    changes=f"assessment_assignment {LOG}",
)
post("assessment:member-delete", member("report"), changes=f"assessment_teammember {LOG}")


def cycle_group(at: At) -> list[Values]:
    row = at.unit.cycles["report"]
    return [{"pk": row.pk, "group": row.scheme.groups.first().pk}]


page("assessment:group-assign", cycle_group)
post(
    "assessment:group-assign",
    cycle_group,
    data=lambda at: {
        "members": [estate.member(at.unit, "report").pk],
        "lead": estate.member(at.unit, "report").pk,
    },
    changes=f"assessment_assignment {LOG}",
)


# ---- Self-reports ------------------------------------------------------------------------------------------


def report(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"above": at.unit.cycles[state].pk, "pk": estate.report(at.unit, state).pk}]


def entry(at: At) -> list[Values]:
    row = Indicator.objects.get(scheme=at.unit.schemes["report"], code="1.1")
    return [{**report("report")(at)[0], "indicator": row.pk}]


page("assessment:report", report("report"))
page("assessment:report-entry", entry)
post(
    "assessment:report-entry",
    entry,
    data=lambda at: {"points": "50", "text": "改写", "revision": "1"},
    changes=f"assessment_selfentry {LOG}",
)
post("assessment:report-submit", report("report"), changes=f"assessment_selfreport {LOG} {DUE}")
page("assessment:report-return", report("visits"))
post(
    "assessment:report-return",
    report("visits"),
    data=lambda at: {"reason": "缺材料", "due_on": later(3)},
    changes=f"assessment_selfreport {LOG} {DUE} deadlines_notice",
)


# ---- Scores and visits -------------------------------------------------------------------------------------


def cell(at: At) -> list[Values]:
    row = Indicator.objects.get(scheme=at.unit.schemes["scoring"], code="1.1")
    return [{"pk": at.unit.cycles["scoring"].pk, "street": at.unit.street.pk, "indicator": row.pk}]


def column(at: At) -> list[Values]:
    row = at.unit.cycles["scoring"]
    return [{"pk": row.pk, "street": at.unit.street.pk, "group": row.scheme.groups.first().pk}]


def visit(at: At) -> list[Values]:
    return [{"pk": at.unit.cycles["scoring"].pk, "visit": estate.visit(at.unit).pk}]


def visit_form(at: At) -> Values:
    return {
        "street": at.unit.street.pk,
        "visited_on": later(0),
        "place": "执法中心",
        "people": "考核组",
        "findings": "装备齐全",
    }


page("assessment:scoring", cycle("scoring"))
post(
    "assessment:score-save",
    cell,
    data=lambda at: {
        "points": "55",
        "note": "缺一项",
        "forged_note": "",
        "revision": "1",
        "events": "0",
        "done": "1",
    },
    changes=f"assessment_score {LOG}",
)
post("assessment:column-finish", column, changes=f"assessment_score {LOG}")
page("assessment:scores", cycle("scoring"))
page("assessment:cell", cell)
page("assessment:visits", cycle("scoring"))
page("assessment:visit-create", cycle("scoring"))
post("assessment:visit-create", cycle("scoring"), data=visit_form, changes=f"assessment_visit {LOG}")
page("assessment:visit", visit)
page("assessment:visit-change", visit)
post("assessment:visit-change", visit, data=visit_form, changes=f"assessment_visit {LOG}")
post("assessment:visit-delete", visit, changes=f"assessment_visit {LOG}")
