from django.apps import AppConfig


class EmpowermentConfig(AppConfig):
    name = "empowerment"
    verbose_name = "赋权事项"

    def ready(self) -> None:
        from . import deadlines, imports, measures, menus, objects, permissions, tasks, todos  # noqa: F401
