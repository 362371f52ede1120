"""The sentences of the papers of a result: places, grounds, causes, comparison (P40). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..choices import IndicatorKind, NoneDue, PaperKind
from ..snapshot import CellLine, IndicatorLine, Snapshot, StreetLine
from .costs import lost, told
from .points import short_points, show_points
from .scoring import none_due_words

FEW = 6
"""So many streets stand beside each other as columns; more stand below each other."""
DIGITS = "零一二三四五六七八九"


# ---- Words people edit -----------------------------------------------------------------------------------

EDITABLE: dict[str, tuple[tuple[str, str], ...]] = {
    PaperKind.NOTICE: (("demands", "下一步工作要求"),),
    PaperKind.ANNUAL: (("opening", "考核工作组织情况"), ("demands", "下一步工作打算")),
    PaperKind.STREET: (("demands", "整改要求"),),
    PaperKind.FILING: (("closing", "结束语"),),
}
"""Kind → the paragraphs people may put into their own words: key, label."""


def first_words(kind: str, snapshot: Snapshot) -> dict[str, str]:
    """Return the paragraphs a paper begins with."""
    year = snapshot.year
    demands = (
        "各街道要对照考核指出的问题，逐项查明原因，明确责任人和完成时限，按期整改销号。\n"
        "各部门要落实指导、培训、人员下沉和监管责任，对街道提出的协助请求及时答复。\n"
        "区委编办要加强日常监督，整改情况纳入下一年度考核。"
    )
    opening = (
        f"{year}年度考核由区委、区政府统一部署，在考核工作领导小组领导下，由区委编办组织实施。"
        "考核组通过听取汇报、查阅资料、实地查看等方式，对各街道进行了全面考核。"
    )
    own = "请对照上述扣分事项查明原因，制定整改措施，明确责任人，在规定时限内完成整改并通过平台提交整改材料。"
    closing = "现将考核结果及有关材料报请备案。"
    known = {
        PaperKind.NOTICE: {"demands": demands},
        PaperKind.ANNUAL: {"opening": opening, "demands": demands},
        PaperKind.STREET: {"demands": own},
        PaperKind.FILING: {"closing": closing},
    }
    return dict(known.get(PaperKind(kind), {}))


# ---- Titles and sentences --------------------------------------------------------------------------------


def title_of(kind: str, snapshot: Snapshot, street: str = "") -> str:
    """Return the title of a paper."""
    year = f"{snapshot.year}年度街道管理体制改革工作"
    return {
        PaperKind.NOTICE: f"关于{year}\n考核结果的通报",
        PaperKind.ANNUAL: f"{year}\n考核报告",
        PaperKind.STREET: f"关于{street}{snapshot.year}年度\n街道管理体制改革工作考核情况的反馈",
        PaperKind.TABLE: f"{snapshot.year}年度街道管理体制改革工作考核得分表",
        PaperKind.FILING: f"关于{year}\n考核结果的备案报告",
        PaperKind.PROBLEMS: f"{snapshot.year}年度街道管理体制改革工作考核问题整改清单",
    }[PaperKind(kind)]


def numeral(number: int) -> str:
    """Return a Chinese numeral from 1 to 99."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return f"{'' if tens == 1 else DIGITS[tens]}十{DIGITS[ones] if ones else ''}"


def place_words(line: StreetLine) -> str:
    """Return a place: 第一名, 并列第一名."""
    return f"{'并列' if line.is_tied else ''}第{numeral(line.place)}名"


def ranking_lines(snapshot: Snapshot) -> list[str]:
    """Return the results in order: 第一名：温泉街道，得分98.60分。"""
    return [f"{place_words(row)}：{row.name}，得分{show_points(row.total)}分。" for row in snapshot.ranked]


def tie_lines(snapshot: Snapshot) -> list[str]:
    """Return what the leading group decided about streets with one total."""
    names = {row.id: row.name for row in snapshot.streets}
    found = []
    for tie in snapshot.ties:
        streets = "、".join(names[pk] for pk in tie.streets)
        if tie.is_decided:
            decided = "名次并列" if tie.is_tied else "依次排定名次"
            found.append(
                f"{streets}得分同为{show_points(tie.points)}分，经考核工作领导小组审定，{decided}（{tie.reason}）。"
            )
    return found


def ground(snapshot: Snapshot) -> str:
    """Return the sentence that names what the assessment stands on."""
    number = f"（{snapshot.policy_reference}）" if snapshot.policy_reference else ""
    also = f"及{snapshot.policy_ground}" if snapshot.policy_ground else ""
    return f"根据《{snapshot.policy_title}》{number}{also}"


def none_due_lines(snapshot: Snapshot, among: Sequence[StreetLine]) -> list[str]:
    """Return for each indicator of which streets owed nothing in the year who they are and what it counts."""
    found = []
    for row in snapshot.indicators:
        streets: dict[str, list[str]] = {}
        for street in among:
            reading = street.cell(row.id).reading
            if reading is not None and not reading.denominator:
                streets.setdefault(reading.counts_as or NoneDue.FULL, []).append(street.name)
        found += [
            f"{row.code} {row.name}：{_named(names, snapshot)}{none_due_words(how)}。"
            for how, names in streets.items()
        ]
    return found


def _named(names: list[str], snapshot: Snapshot) -> str:
    """Return these streets, or all as such where they are more than stand beside each other."""
    return "各街道" if len(names) == len(snapshot.streets) > FEW else "、".join(names)


def cause_words(indicator: IndicatorLine, cell: CellLine) -> str:
    """Return why points were lost: the measure, forgery, events with what each cost, notes, a correction."""
    if cell.is_forged:
        return forgery_words(cell)
    said = [f"{row.event.cause}（{row.words}）" for row in told(indicator, cell)]
    return "；".join(_said(indicator, cell, said)) or "未得满分"


def forgery_words(cell: CellLine) -> str:
    """Return what was forged."""
    facts = "；".join(row.forged_note for row in cell.scorers if row.is_forged and row.forged_note)
    return f"弄虚作假：{facts}" if facts else "弄虚作假"


def _said(indicator: IndicatorLine, cell: CellLine, events: Sequence[str]) -> list[str]:
    """Return the causes in order; notes where no event tells why, the reason of a figure that took more."""
    said = list(events) or [row.note for row in cell.scorers if row.note]
    reading = cell.reading
    if reading is not None and reading.numerator < reading.denominator:
        said.insert(0, f"{reading.label}{reading.numerator}/{reading.denominator}{reading.unit}")
    penalty = indicator.kind == IndicatorKind.PENALTY
    took_more = cell.points > cell.computed if penalty else cell.points < cell.computed
    if cell.put_right and (took_more or not said):
        said.append(f"更正：{cell.put_right}")
    return said


def problem_lines(snapshot: Snapshot) -> list[str]:
    """Return for each group of the scheme what was found, street by street."""
    found = []
    for group in snapshot.groups:
        said = [
            f"{street.name}{row.name}扣{short_points(points)}分（{reason(row, street.cell(row.id))}）"
            for street in snapshot.streets
            for row in group.indicators
            if (points := lost(row, street.cell(row.id)))
        ]
        if said:
            found.append(f"{group.name}方面：{'；'.join(said)}。")
    return found


def reason(indicator: IndicatorLine, cell: CellLine) -> str:
    """Return why points were lost, without how many: they stand before it."""
    if cell.is_forged:
        return "弄虚作假"
    said = _said(indicator, cell, [event.cause for event in cell.told])
    return "；".join(text.rstrip("。") for text in dict.fromkeys(said)) or "未得满分"


def comparison_lines(snapshot: Snapshot, previous: Snapshot | None) -> list[str]:
    """Return how every street stands against last year."""
    if previous is None:
        return [f"{snapshot.year - 1}年度没有考核结果，不作比较。"]
    before = {row.id: row for row in previous.streets}
    found = []
    for row in snapshot.ranked:
        old = before.get(row.id)
        if old is None:
            found.append(f"{row.name}上一年度未参加考核。")
            continue
        change = row.total - old.total
        word = "持平" if not change else f"{'提高' if change > 0 else '下降'}{show_points(abs(change))}分"
        found.append(
            f"{row.name}得分{show_points(row.total)}分，比上一年度{word}；名次由第{numeral(old.place)}名"
            + (f"变为第{numeral(row.place)}名。" if old.place != row.place else "到本年度没有变化。")
        )
    return found
