"""What changes a form of a closed year: a correction, and a demand for replacement decided since (P30, P32)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from secondment.choices import ReplacementKind, SideState
from secondment.models import Appraisal, AppraisalRound, AppraisalScore, AppraisalSide, Replacement
from secondment.rounds.steps import CORRECT, correction_due, open_sides
from secondment.rules.appraisal import grade_word, most_excellent
from secondment.selectors.appraisals import PLACE
from secondment.services.grading import RESULT, locked_form, mark, refresh, refuse_scorer, takes_place
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.papers import put_aside
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office
from xianan.organizations.services.confirmation import confirm_password


def correct(form: Appraisal, *, cause: str, actor: User, password: str) -> Appraisal:
    """Begin a corrected version of a form of a closed year; both sides score it anew from a copy.

    What 组织部 lowered stays lowered. The old version stays readable. Errors: not_allowed, wrong_password and
    locked (field password), wrong_state, reason_missing, being_corrected, same_person.
    """
    CORRECT.refuse(form.round, scope_of(actor))
    if not cause.strip():
        raise DomainError("reason_missing", "更正考核登记表须填写理由。", field="cause")
    confirm_password(actor, password)
    return _correct(form, cause=cause, actor=actor)


@transaction.atomic
def _correct(form: Appraisal, *, cause: str, actor: User) -> Appraisal:
    round_ = CORRECT.hold(form.round, actor=actor)
    old = locked_form(form)
    if not old.is_current or old.locked_at is None:
        raise DomainError("being_corrected", "该登记表已有更正的版本，在最新的版本上办理。")
    refuse_scorer(old, actor, "更正考核登记表")
    new = _next_version(old, cause=cause.strip()[:300], actor=actor)
    mark([new])
    new.save(update_fields=["cap", "pends_on"])
    copies = {row.side: row for row in open_sides([new], due_on=correction_due(round_))}
    for side in old.sides.prefetch_related("scores"):
        copy = copies[side.side]
        copy.comment, copy.score = side.comment, side.score
        copy.save(update_fields=["comment", "score"])
        _copy_scores(side, copy)
    due_on = chinese_date(correction_due(round_))
    _tell(new, "考核登记表更正", f"{new.cause}。双方在{due_on}前重新评分、审定，由组织部门办结。", actor)
    return new


def finish(form: Appraisal, *, actor: User, password: str) -> Appraisal:
    """Lock a corrected version that both heads have signed off.

    Errors: not_allowed, wrong_password and locked (field password), wrong_state, missing, same_person,
    too_many_excellent (it would take a place of 优秀 that is not there).
    """
    scope_of(actor).require("manage_appraisal", form, label="办结更正")
    confirm_password(actor, password)
    return _finish(form, actor=actor)


@transaction.atomic
def _finish(form: Appraisal, *, actor: User) -> Appraisal:
    round_ = lock(form.round)
    fresh = locked_form(form)
    refuse_unless_signed(fresh)
    refuse_scorer(fresh, actor, "办结更正")
    refresh([fresh])
    _refuse_beyond_share(round_, fresh)
    fresh.locked_at = clock.now()
    fresh.save(update_fields=[*RESULT, "locked_at"])
    assert fresh.corrects is not None
    # Its own prints are of before its end.
    put_aside([fresh.corrects, fresh], reason=fresh.cause, actor=actor)
    word = grade_word(fresh.grade, fresh.track)
    record(fresh, "appraisal.locked", f"更正办结，等次为{word}", actor=actor)
    _tell(fresh, f"考核登记表更正办结，等次为{word}", fresh.cause, actor)
    return fresh


def refuse_unless_signed(form: Appraisal) -> None:
    """Raise DomainError unless a form is a correction that waits for nothing but its end: wrong_state, missing."""
    if form.locked_at is not None or form.corrects_id is None or not form.is_current:
        raise DomainError("wrong_state", "该登记表没有在更正。刷新页面查看最新情况。")
    if any(side.state != SideState.SIGNED for side in form.sides.all()):
        raise DomainError("missing", "双方评分并经负责人审定后才能办结更正。")


def _refuse_beyond_share(round_: AppraisalRound, form: Appraisal) -> None:
    """Refuse a form that takes a place of 优秀 beyond the share of its year.

    A form that is being corrected keeps the place of its last locked version until it is locked itself, so
    that corrections come out alike in whatever order they are finished.
    """
    if not takes_place(form):
        return
    forms = Appraisal.objects.filter(round=round_)
    people = forms.filter(is_current=True).count()
    stands = Q(is_current=True) | Q(corrected_by__is_current=True, corrected_by__locked_at=None)
    taken = forms.filter(PLACE, stands, locked_at__isnull=False).exclude(person=form.person_id).count()
    most = most_excellent(people, round_.excellent_share)
    if taken + 1 > most:
        raise DomainError(
            "too_many_excellent",
            f"办结后优秀 {taken + 1} 人，超过 {people} 人的 {round_.excellent_share}%（至多 {most} 人）："
            f"先在登记表“下调等次”中下调{form.person}并写明理由，或先更正其他优秀人员。",
        )


# ---- Demands for replacement ---------------------------------------------------------------------------


def hold(row: Replacement) -> None:
    """Lock the years that a demand may bear on: before its own row and any form, as closing and correcting do."""
    first = (row.requested_on or clock.today()).year
    years = AppraisalRound.objects.filter(district=row.district_id, year__gte=first).order_by("pk")
    list(years.select_for_update(of=("self",)).values_list("pk"))


def follow(row: Replacement, *, actor: User) -> None:
    """Bring the person's forms to what a demand has come to say of them (P32).

    A form that is open shows cap or 待定 at once. On a locked one 待定 comes and goes as a mark; a cap that
    arises reopens it as a correction, which keeps both sides as they were signed.
    """
    if row.kind != ReplacementKind.DISOBEDIENCE or row.requested_on is None:
        return
    forms = (
        Appraisal.objects.select_for_update(of=("self",))
        .filter(is_current=True, person=row.secondment.person_id, round__year__gte=row.requested_on.year)
        .select_related("round__district", "person", "organization", "street", "secondment")
        .prefetch_related("sides__scores")
        .order_by("round_id")
    )
    for form in forms:
        old, was = form.grade, (form.cap_id, form.pends_on_id)
        refresh([form])
        if (form.cap_id, form.pends_on_id) == was:
            continue
        if form.locked_at is not None and form.cap is not None and was[0] is None:
            _reopen(form, form.cap, actor=actor)
            continue
        form.save(update_fields=list(RESULT))
        words = "等次受限" if form.cap else "等次待定" if form.pends_on else "等次不再待定"
        changes = {"考核等次": (grade_word(old, form.track), grade_word(form.grade, form.track))}
        why = f"{row.street}要求替换：{row.get_state_display()}"
        record(form, "appraisal.marked", words, actor=actor, changes=changes if old else None, reason=why)
        if form.locked_at is not None:
            put_aside([form], reason=f"{words}：{why}", actor=actor)
            _tell(form, f"{words}：{grade_word(form.grade, form.track)}", why, actor, office_too=True)


def _reopen(old: Appraisal, cap: Replacement, *, actor: User) -> None:
    """Reopen a locked form because a cap has arisen: 组织部 finishes it, nobody need score again."""
    cause = f"{cap.street}以“不服从街道管理”要求替换，替换已完成，{old.round.year}年考核等次受限"
    new = _next_version(old, cause=cause, actor=actor)
    for side in old.sides.all():
        copy = AppraisalSide.objects.create(
            district_id=side.district_id, appraisal=new, side=side.side, organization_id=side.organization_id,
            state=side.state, comment=side.comment, score=side.score, submitted_by_id=side.submitted_by_id,
            submitted_at=side.submitted_at, signed_by_id=side.signed_by_id, signed_at=side.signed_at,
        )  # fmt: skip
        _copy_scores(side, copy)
    refresh([new])
    new.save(update_fields=list(RESULT))
    _tell(
        new,
        "考核登记表因替换完成重新打开",
        f"{cause}；双方评分不变，由组织部门办结更正。",
        actor,
        office_too=True,
    )


# ---- What they share -----------------------------------------------------------------------------------


def _next_version(old: Appraisal, *, cause: str, actor: User) -> Appraisal:
    """Put a further version in the place of a locked form, with what 组织部 lowered; its sides are the caller's."""
    Appraisal.objects.filter(pk=old.pk).update(is_current=False)
    new = Appraisal.objects.create(
        district_id=old.district_id, round=old.round, person=old.person, organization=old.organization,
        street=old.street, secondment=old.secondment, track=old.track, post=old.post,
        serves_from=old.serves_from, serves_until=old.serves_until, other_streets=old.other_streets,
        version=old.version + 1, corrects=old, cause=cause, lowered_to=old.lowered_to,
        lowered_reason=old.lowered_reason, lowered_by_id=old.lowered_by_id,
    )  # fmt: skip
    record(old, "appraisal.corrected", f"更正，由第{new.version}版替代", actor=actor, reason=cause)
    record(new, "appraisal.created", f"更正第{old.version}版", actor=actor, reason=cause)
    return new


def _copy_scores(side: AppraisalSide, copy: AppraisalSide) -> None:
    AppraisalScore.objects.bulk_create(
        AppraisalScore(district_id=copy.district_id, side=copy, item_id=row.item_id, score=row.score)
        for row in side.scores.all()
    )


def _tell(form: Appraisal, what: str, text: str, actor: User, *, office_too: bool = False) -> None:
    """Tell both sides and, where it is another one by now, the person's department; 组织部 of what it did not do itself."""
    title = f"{form.person}{form.round.year}年度{what}"
    sides = {form.street_id, form.organization_id}
    if office_too and (party := office(form.district_id, Duty.PARTY_ORGANIZATION)) is not None:
        sides.add(party.pk)
    for owners, url in (
        (sides, reverse("secondment:appraisal", args=[form.pk])),
        # A department that did not take part in the year reads of it in the person's file.
        ({form.person.organization_id} - sides, reverse("secondment:personal-file", args=[form.person_id])),
    ):
        if owners:
            notify_organizations(
                owners, district_id=form.district_id, kind=NoticeKind.WORK, title=title, text=text, url=url, sender=actor
            )  # fmt: skip
