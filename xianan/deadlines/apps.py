from django.apps import AppConfig

from xianan.core.modules import load_steps


class DeadlinesConfig(AppConfig):
    name = "xianan.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from . import kinds, menus, parameters, permissions, unfinished  # noqa: F401
        from .services import notices, validity  # noqa: F401

        load_steps(self.name)
