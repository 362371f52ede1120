"""Telling the story: the chapters in order, on one day's clock.

Told twice for the same day it writes the same rows; only keys, signatures and codes differ.
"""

from __future__ import annotations

import datetime as dt

from celery import current_app

from xianan.core import clock
from xianan.history.services import record
from xianan.organizations.models import District

from .chapters import CHAPTERS
from .hashing import quick_passwords
from .store import SEEDED
from .story import Story


def tell(today: dt.date) -> District:
    """Tell the whole story as it stands on ``today``. The database must be empty but for permissions."""
    current_app.loader.import_default_modules()
    eager = current_app.conf.task_always_eager
    # Jobs run here and now: the worker's clock would be another one.
    current_app.conf.task_always_eager = True
    try:
        with quick_passwords():
            story = Story(today)
            for chapter in CHAPTERS:
                chapter(story)
            clock.set_to(dt.datetime.combine(today, dt.time(0, 0), clock.ZONE), still=True)
            record(
                story.district,
                SEEDED,
                "载入演示数据",
                actor=None,
                changes={"日期": (None, today)},
            )
        return story.district
    finally:
        current_app.conf.task_always_eager = eager
        clock.reset()
