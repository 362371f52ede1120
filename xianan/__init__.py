"""The platform: users, history, jobs, policy, deadlines and documents, without any business of a department."""

from xianan.celery import app as celery_app

__all__ = ["celery_app"]
