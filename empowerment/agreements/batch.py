"""The body of a batch of letters: all of them take effect together, or none does."""

from __future__ import annotations

from django.db import transaction

from empowerment.models import Agreement
from xianan.core.errors import DomainError
from xianan.jobs.run import Run
from xianan.organizations.models import Organization

from .sending import NOTHING, create_letter


def send_batch(run: Run) -> None:
    """Send the letters that a job was asked for; pairs that were covered meanwhile are left out and named.

    Any other refusal undoes the whole batch and fails the job with its reason.
    """
    actor = run.job.created_by
    if actor is None:
        raise DomainError("no_actor", "任务没有发起人，不能发送确认书。")
    pairs = [tuple(pair) for pair in run.arguments["pairs"]]
    organizations = Organization.objects.select_related("district").in_bulk(
        {key for pair in pairs for key in pair}
    )
    run.progress(0, len(pairs))
    with run.effect() as result:
        sent: list[Agreement] = []
        covered: list[str] = []
        for done, (department_id, street_id) in enumerate(pairs, start=1):
            department, street = organizations[department_id], organizations[street_id]
            try:
                with transaction.atomic():
                    sent.append(create_letter(department, street, actor=actor))
            except DomainError as refusal:
                if refusal.code != NOTHING:
                    raise
                covered.append(f"{department}与{street}")
            run.progress(done)
        result["sent"] = [agreement.pk for agreement in sent]
        result["numbers"] = [agreement.number for agreement in sent]
        result["covered"] = covered
        result["message"] = f"已发送承接确认书 {len(sent)} 份" + (
            f"；{'、'.join(covered)}已有确认书，没有重复发送" if covered else ""
        )
