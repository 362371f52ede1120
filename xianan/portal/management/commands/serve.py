"""Run the whole portal on this machine with one command: web, worker and beat."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from xianan.portal import demonstration
from xianan.ui.context import brand

WORKER_PATIENCE = 30.0
OTHERS_PATIENCE = 10.0


class Command(BaseCommand):
    """Prepare the database, start web, worker and beat, and stop them together."""

    help = "Serves the portal: migrates, tells the demonstration story once, runs web, worker and beat."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
        parser.add_argument("--no-story", action="store_true", help="start empty, without demonstration data")

    def handle(self, *args: Any, host: str, port: int, no_story: bool, **options: Any) -> None:
        if fault := port_fault(host, port):
            raise CommandError(fault)
        if settings.DEMO:
            # The codes on printed papers lead to the port that --port asks for.
            os.environ["PORT"] = str(port)
            settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        self._prepare(story=not no_story)
        self._say("正在启动……")
        code = run_together(
            commands(host, port), ready=lambda: self._greet_when_open(host, port), say=self._say
        )
        if code:
            sys.exit(code)

    def _prepare(self, *, story: bool) -> None:
        told = demonstration.offered() if story else None
        if told is not None:
            try:
                told.prepare(self._say)
            except demonstration.NotPrepared as fault:
                raise CommandError(str(fault)) from None
            except KeyboardInterrupt:
                raise CommandError("已停止准备，下次启动时重新准备。", returncode=130) from None
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEMO:
            call_command("collectstatic", interactive=False, verbosity=0)

    def _greet_when_open(self, host: str, port: int) -> bool:
        """Say where the portal is as soon as someone who goes there gets an answer."""
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            return False
        districts = list(apps.get_model("organizations", "District").objects.all()[:2])
        name = brand(districts[0] if len(districts) == 1 else None)
        self._say(f"\n{name}  http://{host}:{port}  （按 Ctrl-C 停止）\n")
        told = demonstration.offered()
        for line in told.greeting() if told else ():
            self._say(line)
        return True

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def port_fault(host: str, port: int) -> str:
    """Say in words why nothing can listen on this address; empty when it is free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            return f"端口 {port} 不存在，端口号应在 1 到 65535 之间。"
        except OSError as error:
            return (
                f"无法在 {host}:{port} 上启动（{error.strerror}）：端口可能已被占用。"
                f"请停止占用它的程序，或换一个端口：PORT={port + 1} bin/serve"
            )
    return ""


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the three command lines, in the order in which they are stopped."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "xianan"]
    return {
        "worker": [
            *celery,
            "worker",
            "--concurrency=1",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
        # A file with the number of a process that is gone, or another by now, would keep it from starting.
        "beat": [*celery, "beat", "--loglevel=WARNING", "--pidfile="],
        "web": [
            *(sys.executable, "-m", "gunicorn", "xianan.wsgi:application"),
            # Browsers open connections ahead of need: an idle one would hold a sync worker for itself.
            *("--bind", f"{host}:{port}", "--workers=2", "--worker-class=gthread", "--threads=4"),
            "--timeout=60",
            *("--log-level=warning", "--no-control-socket"),
        ],
    }


def run_together(
    lines: dict[str, list[str]], *, ready: Callable[[], bool], say: Callable[[str], None]
) -> int:
    """Run the commands until a signal comes (return 0) or one of them ends by itself (return 1).

    ``ready`` is asked again and again until it returns True.
    TERM goes to the main processes only: each of them ends its own children when their work is done.
    The children get a session of their own, so that Ctrl-C in the terminal does not reach them first.
    """
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    previous = {number: signal.signal(number, stop) for number in numbers}
    children: dict[str, subprocess.Popen[bytes]] = {}
    failed = ""
    try:
        # On a bare machine root is often the only user there is; Celery need not say so at every start.
        surroundings = {"PYTHONWARNINGS": "ignore:You're running the worker", **os.environ}
        for name, line in lines.items():
            children[name] = subprocess.Popen(
                line, cwd=settings.BASE_DIR, env=surroundings, start_new_session=True
            )
        greeted = False
        while not stopping and not failed:
            time.sleep(0.2)
            greeted = greeted or ready()
            failed = next((name for name, child in children.items() if child.poll() is not None), "")
        if failed and not stopping:
            say(f"{failed} 已退出（{children[failed].returncode}），其余程序随之停止。")
        else:
            failed = ""
            say("正在停止……")
    finally:
        for name, child in children.items():
            end(child, WORKER_PATIENCE if name == "worker" else OTHERS_PATIENCE)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 1 if failed else 0


def end(child: "subprocess.Popen[bytes]", patience: float) -> None:
    """Ask a process to end; after ``patience`` seconds end its whole session."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
