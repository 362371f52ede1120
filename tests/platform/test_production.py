"""A deployment has what requirements.run.lock names and nothing else; with that all of it must run.

bin/setup --test keeps an environment made from that lock alone in .cache/run.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from xianan.jobs.choices import JobState
from xianan.jobs.models import Job

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.run.lock"
PRODUCT = ("xianan", "empowerment", "secondment", "assessment", "demo")
PATIENCE = 120


def digest(lock: Path) -> str:
    """As bin/setup reckons it."""
    inner = hashlib.sha256(lock.read_bytes()).hexdigest()
    return hashlib.sha256(f"{inner}  {lock.name}\n".encode()).hexdigest()[:16]


@pytest.fixture(scope="module")
def programs() -> Path:
    """Return the folder of programs of the environment made from the lock."""
    stamp = ROOT / ".cache" / "run" / ".setup"
    assert stamp.exists() and stamp.read_text() == f"run {digest(LOCK)}\n", "run bin/setup --test"
    return stamp.parent / "bin"


def python(programs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "python", "-W", "ignore", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_package_of_the_lock_lacks_another(programs: Path) -> None:
    found = python(programs, "-m", "pip", "check")
    assert found.returncode == 0, found.stdout


EVERY_MODULE = f"""
import importlib, pkgutil, django
django.setup()
import kombu.transport.redis, celery.bin.celery, gunicorn.app.wsgiapp, gunicorn.workers.gthread
for name in {PRODUCT!r}:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        importlib.import_module(module.name)
"""


@pytest.mark.slow
def test_every_module_of_the_portal_and_the_transport_of_the_jobs_can_be_imported(programs: Path) -> None:
    found = python(programs, "-c", EVERY_MODULE)
    assert found.returncode == 0, found.stderr


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.sqlite
def test_the_lock_names_what_the_portal_imports_anywhere() -> None:
    locked = {
        line.partition("==")[0] for line in LOCK.read_text().splitlines() if re.match(r"[a-z0-9]", line)
    }
    home: dict[str, set[str]] = {
        module: {re.sub(r"[-_.]+", "-", name).lower() for name in names}
        for module, names in packages_distributions().items()
    }
    lacking = {}
    for path in (path for name in PRODUCT for path in (ROOT / name).rglob("*.py")):
        for module in imported(ast.parse(path.read_text(encoding="utf-8"))):
            if module in sys.stdlib_module_names or module in PRODUCT:
                continue
            if not home.get(module, {module}) & locked:
                lacking[str(path.relative_to(ROOT))] = module
    assert lacking == {}


# ---- The whole of it -----------------------------------------------------------------------------------


def commands(port: int) -> dict[str, list[str]]:
    """What the containers run: the lines of docker-compose.yml and of the Dockerfile."""
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    lines = [json.loads(found) for found in re.findall(r"^    command: (\[\"celery.*\])$", compose, re.M)]
    web = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert web
    named = {line[3]: line for line in lines}
    assert sorted(named) == ["beat", "worker"]
    # One worker: three would start the same thing three times.
    ours = {"--bind": f"--bind=127.0.0.1:{port}", "--workers": "--workers=1"}
    named["web"] = [ours.get(part.partition("=")[0], part) for part in json.loads(web[1])]
    return named


@contextmanager
def running(line: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        child = subprocess.Popen(
            line, cwd=ROOT, env=environment, stdout=file, stderr=file, start_new_session=True
        )
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)
                child.wait()


def until(check: Callable[[], Any], logs: Path) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := check()):
        said = "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in sorted(logs.glob("*.log")))
        assert time.monotonic() < end, said
        time.sleep(0.1)
    return found


def health(port: int) -> dict[str, str]:
    """Return what /healthz says if it answers 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return dict(json.load(answer)) if answer.status == 200 else {}
    except OSError:
        return {}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_web_worker_and_beat_of_a_deployment_are_well_and_run_a_job(
    programs: Path, world: Any, tmp_path: Path
) -> None:
    assert connection.vendor == "postgresql"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    database, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    redis, _, place = os.environ["REDIS_URL"].rpartition("/")
    environment = {
        **{key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
        # Nothing that other tests left in the queue.
        "REDIS_URL": f"{redis}/{int(place) + 16}",
        "PLAIN_HTTP": "1",
        "VAR_DIR": str(tmp_path / "var"),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
    }
    client = Client()
    client.force_login(world.establishment)
    with ExitStack() as stack:
        for name, line in commands(port).items():
            stack.enter_context(running(line, environment, tmp_path / f"{name}.log"))
        well = until(lambda: health(port), tmp_path)
        assert set(well.values()) == {"ok"}
        # A click of 区委编办, through web and queue to the worker.
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        token = "a" * 32
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{reverse('portal:schedule-run', args=['jobs.tidy'])}",
            data=f"csrfmiddlewaretoken={token}".encode(),
            headers={"Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={token}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200 and "/jobs/" in answer.url
        job = until(lambda: Job.objects.filter(state=JobState.DONE).first(), tmp_path)
    assert job.created_by == world.establishment
