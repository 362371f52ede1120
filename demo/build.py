"""Tell the demonstration into the VAR_DIR of this process: what `manage.py serve` starts aside.

Ends with the process that started it, whose end closes the pipe on standard input.
"""

from __future__ import annotations

import os
import threading


def end_with_the_starter() -> None:
    """Watch standard input from now on; nothing is ever written to it."""

    def watch() -> None:
        # Past Python's buffer, whose lock would be missed at the end of the process.
        os.read(0, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianan.settings"
    end_with_the_starter()

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed_demo")


if __name__ == "__main__":
    main()
