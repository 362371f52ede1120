"""What a corrected result says differently from the one before it, in the words of an office (P40). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..choices import IndicatorKind
from ..snapshot import CellLine, EventChange, EventLine, IndicatorLine, Snapshot, StreetLine
from .costs import amount_words
from .paper_words import place_words
from .points import show_points


def changes(
    before: Snapshot, after: Snapshot, *, street: int | None = None, with_places: bool = True
) -> list[str]:
    """Return a sentence for each street, or for one, of which ``after`` tells something else, in protocol order.

    Cells with the events cancelled or lowered, then total, place and what counts in the district's
    evaluation; empty where both say the same. A street that only one of them knows is left out. Places are
    no street's to know before the publication.
    """
    old = {street.id: street for street in before.streets}
    found = []
    for line in after.streets:
        if line.id in old and street in (None, line.id):
            said = [*_cells(after, old[line.id], line), *_beside(old[line.id], line, with_places)]
            found += [f"{line.name}{'；'.join(said)}。"] if said else []
    return found


def _cells(after: Snapshot, old: StreetLine, new: StreetLine) -> Iterator[str]:
    cells = {cell.indicator_id: cell for cell in old.cells}
    for indicator, cell in zip(after.indicators, new.cells, strict=True):
        if cell.indicator_id in cells:
            yield from _cell(indicator, cells[cell.indicator_id], cell)


def _cell(indicator: IndicatorLine, old: CellLine, new: CellLine) -> Iterator[str]:
    causes = list(_causes(old, new))
    if old.points == new.points and not causes:
        return
    what = "扣分" if indicator.kind == IndicatorKind.PENALTY else ""
    # What the rest of its group bears was not corrected itself.
    verb = "相应变为" if new.is_borne and not new.put_right else "更正为"
    points = (
        f"{what}由{show_points(old.points)}分{verb}{show_points(new.points)}分"
        if old.points != new.points
        else f"{what or '得分'}仍为{show_points(new.points)}分"
    )
    said = "；".join(causes)
    yield f"{indicator.code} {indicator.name}{points}" + (f"（{said}）" if said else "")


def _causes(old: CellLine, new: CellLine) -> Iterator[str]:
    """What became of the events: a lowered one is told with what it was."""
    if old.is_forged != new.is_forged:
        yield "认定弄虚作假" if new.is_forged else "撤销弄虚作假的认定"
    standing = {event.pk: event for event in new.told}
    there = {event.pk: event for event in old.told}
    for pk, event in there.items():
        now = standing.get(pk)
        if now != event:
            yield became(event, now)
    yield from (f"恢复扣分“{event.cause}”" for pk, event in standing.items() if pk not in there)


def became(was: EventLine, now: EventLine | None) -> str:
    """Say what became of an event: struck out, or lowered to what it takes off now, with other words."""
    if now is None:
        return f"撤销扣分“{was.cause}”"
    verb = "减为" if now.taken < was.taken else "改为"
    words = f"“{now.cause}”" if now.cause != was.cause else ""
    return f"扣分“{was.cause}”由扣{amount_words(was)}{verb}{words}扣{amount_words(now)}"


def event_words(events: Sequence[EventChange]) -> list[str]:
    """Say what a correction makes of events; what several scorers took off alike is told once."""
    return list(dict.fromkeys(became(row.was, row.now) for row in events))


def _beside(old: StreetLine, new: StreetLine, with_places: bool) -> Iterator[str]:
    if old.total != new.total:
        yield f"总分由{show_points(old.total)}分变为{show_points(new.total)}分"
    if with_places and (old.place, old.is_tied) != (new.place, new.is_tied):
        yield f"名次由{place_words(old)}变为{place_words(new)}"
    if old.evaluation != new.evaluation:
        yield f"计入全区年度综合考评由{show_points(old.evaluation)}分变为{show_points(new.evaluation)}分"
