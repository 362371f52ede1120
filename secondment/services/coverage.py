"""Gaps as dates that a department owes: opened when a street is short of people, closed when it no longer is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from secondment.deadlines.staff import GAP
from secondment.models import Post
from secondment.rules.coverage import gap_since
from secondment.selectors.coverage import Pair, coverage
from xianan.core.dates import chinese_date
from xianan.deadlines.services import close
from xianan.deadlines.services.opening import Due, open_many
from xianan.history.services import build, record_many
from xianan.organizations.models import District


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look at the posts changed: gaps that opened, moved and closed."""

    opened: int = 0
    moved: int = 0
    closed: int = 0


@transaction.atomic
def refresh(district: District | int, pairs: Collection[Pair] | None = None) -> Refreshed:
    """Bring the gaps of some pairs (all) to how they stand today; a fixed number of statements.

    The date is due ``gap_days`` after the first day of the gap: the day the first letter took effect, or
    the day after the last person who counted left, or the day from which the policy asks for more. Called by every service that changes who counts, and
    daily for what time alone changes. May be called any number of times.
    """
    key = district.pk if isinstance(district, District) else district
    units: Iterable[Pair] = pairs if pairs is not None else ()
    known = coverage(
        key,
        organizations={pair[0] for pair in units} if pairs is not None else None,
        streets={pair[1] for pair in units} if pairs is not None else None,
    )
    cells = {pair: found for pair, found in known.cells().items() if pairs is None or pair in pairs}
    short = {pair: found.missing for pair, found in cells.items() if found.missing}
    present = _locked(key, pairs)
    fresh = [
        Post(district_id=key, organization_id=organization, street_id=street)
        for organization, street in short.keys() - present.keys()
    ]
    if fresh:
        # Another transaction may have made one meanwhile: whoever comes second finds it.
        Post.objects.bulk_create(fresh, ignore_conflicts=True)
        present = _locked(key, pairs)
    opened: list[Post] = []
    moved: list[Post] = []
    closed: list[Post] = []
    for pair, post in present.items():
        since, missing = None, short.get(pair, 0)
        if missing:
            since = gap_since(known.facts[pair], on=known.on, required=known.required)
        if (post.gap_since, post.missing) == (since, missing):
            continue
        (closed if since is None else opened if post.gap_since is None else moved).append(post)
        post.gap_since, post.missing = since, missing
    Post.objects.bulk_update([*opened, *moved, *closed], ["gap_since", "missing"], batch_size=500)
    days = dt.timedelta(days=known.figures.gap_days)
    open_many(
        GAP,
        [
            Due(
                post,
                post.organization,
                post.gap_since + days,
                f"{post.street}缺{post.organization}下沉人员 {post.missing} 人",
            )
            for post in (*opened, *moved)
            if post.gap_since is not None
        ],
    )
    close(GAP, closed, outcome="covered")
    record_many(
        [
            build(post, "post.short", f"缺员 {post.missing} 人", actor=None, changes=_since(post))
            for post in opened
        ]
        + [build(post, "post.covered", "不再缺员", actor=None) for post in closed]
    )
    return Refreshed(len(opened), len(moved), len(closed))


def _since(post: Post) -> dict[str, tuple[str | None, str]]:
    assert post.gap_since is not None
    return {"缺员起始日期": (None, chinese_date(post.gap_since))}


def _locked(district: int, pairs: Collection[Pair] | None) -> dict[Pair, Post]:
    """Return the posts by pair, locked, always in the same order."""
    rows = Post.objects.select_for_update(of=("self",)).filter(district=district)
    if pairs is not None:
        rows = rows.filter(
            organization__in={pair[0] for pair in pairs}, street__in={pair[1] for pair in pairs}
        )
    found = {
        (post.organization_id, post.street_id): post
        for post in rows.select_related("organization", "street").order_by("pk")
    }
    return {pair: post for pair, post in found.items() if pairs is None or pair in pairs}
