from collections.abc import Iterator

import pytest
from celery import current_app


@pytest.fixture
def _work_at_once() -> Iterator[None]:
    """Jobs run when they are put into the ledger: there is no worker beside the test."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = before
