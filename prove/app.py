"""The portal's Celery application with the bodies of the proofs beside its own."""

from celery import Celery

from xianan.celery import app

app.conf.imports = ("prove.bodies",)


@app.on_after_finalize.connect
def read_schedule(sender: Celery, **_: object) -> None:
    """Read the schedule again, with the entries of the proofs."""
    from prove import bodies  # noqa: F401
    from xianan.jobs.schedule import beat_schedule

    sender.conf.beat_schedule = beat_schedule()
