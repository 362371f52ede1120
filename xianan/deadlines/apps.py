from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "xianan.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from . import kinds, menus, parameters, permissions, unfinished  # noqa: F401
        from .orders import steps as orders  # noqa: F401
        from .plans import steps as plans  # noqa: F401
        from .services import notices, validity  # noqa: F401
