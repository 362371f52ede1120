"""All proofs: run by bin/prove on a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from prove.postbox import Postbox, open_postbox
from prove.processes import Redis, free_port

HEAD = f"{'fault':<40}{'accepted':>9}{'lost':>6}{'twice':>7}{'recovery':>10}{'took':>8}   "


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/prove", description="Kills and restarts; counts what is lost.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, about six minutes")
    parser.add_argument("--only", help="proofs whose name contains this")
    options = parser.parse_args()
    # Whoever ends this ends the workers, beats and the Redis it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    port = free_port()
    redis = Redis(port, Path(tempfile.gettempdir()))
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    try:
        with open_postbox() as box:
            os.environ["SMTP_HOST"], os.environ["SMTP_PORT"] = box.server.host, str(box.server.port)
            os.environ["MAIL_FROM"] = box.server.sender
            return prove(redis, box, quick=options.quick, only=options.only or "")
    finally:
        redis.end()


def prove(redis: Redis, box: Postbox, *, quick: bool, only: str) -> int:
    """Run the proofs and print a line for each; return how many failed."""
    import django

    django.setup()
    # That the broker is away is what is being proved, not news.
    logging.disable(logging.WARNING)
    from django.core.management import call_command

    from prove import bodies, faults, mail
    from xianan.organizations.models import District

    call_command("migrate", interactive=False, verbosity=0)
    District.objects.create(code="421202", name="咸安区", short_name="咸安区")
    bodies.sql(bodies.TABLES)
    rounds = 3 if quick else 12
    jobs = 40 if quick else 200
    proofs: dict[str, Callable[[], faults.Proof]] = {
        "worker": lambda: faults.killed_workers(jobs, rounds),
        "pool": lambda: faults.killed_children(jobs, rounds),
        "redis": lambda: faults.restarted_redis(redis, 5 * jobs, rounds),
        "reminders": lambda: faults.killed_reminders(200 if quick else 600, rounds // 3 + 1),
        "mail": lambda: mail.killed_sender(box, 100 if quick else 300, rounds // 2 + 1),
        "poison": lambda: faults.poisoned(jobs // 2),
        "beat": lambda: faults.killed_beat(30 if quick else 120),
    }
    sys.stdout.write(HEAD + "\n")
    failed = 0
    for name, body in proofs.items():
        if only not in name:
            continue
        begin = time.monotonic()
        proof = body()
        proof.seconds = time.monotonic() - begin
        recovery = "" if proof.recovery is None else f"{proof.recovery:.1f} s"
        word = "" if proof.good else "FAILED "
        sys.stdout.write(
            f"{proof.name:<40}{proof.accepted:>9}{proof.lost:>6}{proof.twice:>7}{recovery:>10}"
            f"{proof.seconds:>6.0f} s   {word}{'; '.join(proof.notes + proof.faults)}\n"
        )
        sys.stdout.flush()
        failed += not proof.good
    sys.stdout.write(f"bin/prove: {'all held' if not failed else f'{failed} FAILED'}\n")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
