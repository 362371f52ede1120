"""The Celery application. The broker only wakes jobs; what is to be done stands in the job ledger."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianan.settings")

app = Celery("xianan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Jobs whose worker died or whose wake-up was lost are taken again.
    "sweep-jobs": {"task": "xianan.jobs.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
    # Roles begin and end at midnight; a machine that slept through it catches up within minutes.
    "sync-grants": {
        "task": "xianan.organizations.tasks.sync_grants",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}
