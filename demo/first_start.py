"""What `manage.py serve` does before it starts on a demonstration: leave a whole store in VAR_DIR."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from xianan.portal.demonstration import NotPrepared, Say

from . import store
from .accounts import ACCOUNTS


def prepare(say: Say) -> None:
    """Keep the store that is there or tell a new one. Raises NotPrepared."""
    with store.alone(settings.VAR_DIR) as free:
        if not free:
            raise NotPrepared("另一个启动正在这里准备数据，等它完成后再试。")
        store.prepare(
            settings.VAR_DIR,
            build=_tell_aside,
            migrations=set(MigrationLoader(None).disk_migrations),
            accounts={account.username for account in ACCOUNTS},
            say=say,
        )


def _tell_aside(folder: Path) -> None:
    """Tell the demonstration into a folder, in a process that ends with this one."""
    telling = subprocess.Popen(
        [sys.executable, "-m", "demo.build"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "VAR_DIR": str(folder)},
        stdin=subprocess.PIPE,
    )
    try:
        code = telling.wait()
    except BaseException:
        telling.kill()
        telling.wait()
        raise
    if code:
        raise NotPrepared(f"演示数据没有准备好（{code}），原因见上面的输出。再次启动会重新准备。")
