"""The Celery application. The broker only wakes jobs; what is to be done stands in the job ledger."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["files"] = "xianan.jobs.files:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianan.settings")

app = Celery("xianan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def read_schedule(sender: Celery, **_: object) -> None:
    """Hand the registered entries to beat; by now the apps are loaded."""
    from xianan.jobs.schedule import beat_schedule

    sender.conf.beat_schedule = beat_schedule()
