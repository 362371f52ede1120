from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "xianan.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from . import kinds, menus, objects, parameters, permissions, todos  # noqa: F401
