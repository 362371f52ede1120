"""A batch of letters: all or nothing, each once, whoever dies on the way."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from empowerment.agreements.sending import send_letters
from empowerment.claims.steps import decide, submit_claims
from empowerment.models import Agreement, AgreementLine, Claim
from xianan.core import clock
from xianan.deadlines.models import Deadline
from xianan.documents.models import Document, NumberSequence
from xianan.documents.selectors import file_bytes
from xianan.jobs import runner
from xianan.jobs.models import Job

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys
import django
django.setup()
from xianan.jobs import runner
runner.run(int(sys.argv[1]))
"""


def claim_everything(world) -> list[tuple[int, int]]:
    """Two departments' items claimed by every street; return all the pairs."""
    world.listed("甲事项", "乙事项")
    world.listed("丙事项", organization=world.other_department)
    pairs = []
    for street in world.streets:
        clerk = world.person(f"clerk-{street.pk}", street, "street_clerk")
        head = world.person(f"head-{street.pk}", street, "street_head")
        decide(Claim.objects.filter(street=street), decision="claimed", actor=clerk)
        submit_claims(street, actor=head)
        pairs += [(world.department.pk, street.pk), (world.other_department.pk, street.pk)]
    return pairs


def assert_sent_once(pairs: list[tuple[int, int]]) -> None:
    letters = Agreement.objects.order_by("pk")
    assert sorted(letters.values_list("organization_id", "street_id")) == sorted(pairs)
    assert [letter.number for letter in letters] == [
        letter.number[: letter.number.index("第")] + f"第{place:03d}号"
        for place, letter in enumerate(letters, start=1)
    ]
    assert NumberSequence.objects.get(kind="agreement").last == len(pairs)
    claims = list(AgreementLine.objects.filter(is_live=True).values_list("claim_id", flat=True))
    assert len(claims) == len(set(claims)) == Claim.objects.count()
    assert Deadline.objects.filter(kind="agreement_sign", closed_at=None).count() == len(pairs)
    for document in Document.objects.filter(kind="agreement"):
        assert file_bytes(document.files.get()).startswith(b"%PDF")


# The heartbeat writes over a connection of its own, so it must see the job: transaction=True.
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_batch_sends_every_letter_and_tells_their_numbers() -> None:
    from tests.world import SEVEN, begun

    world = begun(SEVEN)
    pairs = claim_everything(world)
    job = send_letters(pairs, actor=world.establishment)
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.total) == ("done", 14, 14)
    assert len(job.result["sent"]) == 14
    assert_sent_once(pairs)


@pytest.mark.django_db(transaction=True)
def test_two_batches_with_one_pair_in_common_send_it_once() -> None:
    from tests.world import begun

    world = begun()
    pairs = claim_everything(world)
    first = send_letters(pairs[:3], actor=world.establishment)
    second = send_letters(pairs[2:], actor=world.establishment)
    runner.run(second.pk)
    runner.run(first.pk)
    assert_sent_once(pairs)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_batch_leaves_nothing_and_the_next_one_sends_each_letter_once() -> None:
    from tests.world import SEVEN, begun

    world = begun(SEVEN)
    pairs = claim_everything(world)
    job = send_letters(pairs, actor=world.establishment)
    database = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    folder = Path(settings.VAR_DIR) / "documents"

    def written() -> int:
        return sum(1 for _ in folder.glob(f"*/{world.district.code}/*/*.pdf"))

    before = written()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while written() < before + 3 and time.monotonic() < deadline and worker.poll() is None:
        time.sleep(0.005)
    assert worker.poll() is None, "the worker was through before it could be killed"
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    assert 3 <= written() - before < len(pairs)
    time.sleep(0.5)  # the server notices that its client is gone
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 1)
    assert Agreement.objects.count() == NumberSequence.objects.filter(last__gt=0).count() == 0
    # Nobody takes it while the lease runs.
    assert job.pk not in runner.sweep()
    assert runner.run(job.pk) is False
    clock.set_to(clock.now() + Job.LEASE + dt.timedelta(seconds=5))
    assert job.pk in runner.sweep()
    assert runner.run(job.pk)
    assert Job.objects.get(pk=job.pk).state == "done"
    assert_sent_once(pairs)
