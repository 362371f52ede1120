"""The job that imports a large workbook, and the nightly cleaning."""

from __future__ import annotations

from celery.schedules import crontab

from xianan.core.errors import DomainError
from xianan.jobs.registry import job
from xianan.jobs.run import Run
from xianan.jobs.schedule import ScheduledJob, register

from . import services
from .models import Upload


@job(services.JOB)
def run_import(run: Run) -> None:
    """Import a large workbook; the rows and the job's completion commit together."""
    upload = Upload.objects.select_related("district").get(pk=run.arguments["upload"])
    actor = run.job.created_by
    if actor is None:
        raise DomainError("no_actor", "导入任务没有发起人。")
    try:
        run.progress(0, upload.report["rows"])
        checked = services.prepare_import(upload)
        run.progress(upload.report["rows"] // 2)
        with run.effect() as result:
            done = services.finish_import(upload, checked, job_id=run.job.pk, actor=actor).report["done"]
            result.update(new=done["new"], changed=done["changed"], unchanged=done["unchanged"])
    except DomainError:
        services.release_import(upload, job_id=run.job.pk)
        raise


register(
    ScheduledJob(
        "imports.clean",
        "清理上传的工作簿",
        crontab(hour=3, minute=40),
        services.clean,
        note="含个人信息的工作簿上传 7 日仍未导入的，从平台删除；一并删除不属于任何记录的文件",
    )
)
