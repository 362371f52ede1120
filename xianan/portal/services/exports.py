"""Exports of long lists: accepted as a job, written in the background, put on the person's downloads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect
from django.test.client import RequestFactory
from django.urls import resolve, reverse

from xianan.core import sealing
from xianan.core.errors import DomainError
from xianan.core.fields import blind_index
from xianan.jobs import downloads
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.jobs.run import Run
from xianan.jobs.services import enqueue
from xianan.organizations.scope import Scope
from xianan.ui.exports import EACH, long_lists

KIND = "list.export"
USE = "xianan.portal.exports"


@long_lists.fill
def accept(view: Any, total: int) -> HttpResponseBase:
    """Put the export into the ledger and lead the person to its progress.

    The same list asked for again while it is being written leads to the same job. What was searched for
    may be somebody's number: the ledger holds it sealed.
    """
    request = view.request
    query = request.GET.urlencode()
    arguments = {
        "path": request.path,
        "query": sealing.seal(query.encode(), settings.FIELD_KEY, use=USE).decode("ascii"),
        "same": blind_index(f"{request.path}?{query}"),
        "rows": total,
    }
    with transaction.atomic():
        job = Job.objects.filter(
            kind=KIND,
            created_by_id=request.user.pk,
            state__in=(JobState.QUEUED, JobState.RUNNING),
            arguments__same=arguments["same"],
        ).first() or enqueue(
            KIND,
            title=f"导出“{view.title}”{total} {view.unit}",
            district=request.scope.district,
            actor=request.user,
            arguments=arguments,
            link=reverse("portal:downloads"),
        )
    return redirect("portal:job", pk=job.pk)


def write(run: Run) -> None:
    """Ask for the page as the person would, with the rights held now, and put its answer among the downloads."""
    person = run.job.created_by
    assert person is not None
    path = run.arguments["path"]
    query = sealing.unseal(run.arguments["query"].encode(), settings.FIELD_KEY, use=USE).decode()
    done = 0

    def each() -> None:
        nonlocal done
        done += 1
        run.progress(done, max(done, run.arguments["rows"]))

    request: Any = RequestFactory().get(f"{path}?{query}")
    request.user, request.scope, request.htmx = person, Scope(person), False
    setattr(request, EACH, each)
    found = resolve(path)
    answer = found.func(request, *found.args, **found.kwargs)
    if not isinstance(answer, FileResponse) or answer.file_to_stream is None:
        raise DomainError("not_allowed", "已不能查看这份列表，没有导出。")
    with (
        answer.file_to_stream as content,
        downloads.stored(run, answer.filename, content) as result,
    ):
        result["rows"] = done
