from django.apps import AppConfig


class EmpowermentConfig(AppConfig):
    name = "empowerment"
    verbose_name = "赋权事项"

    def ready(self) -> None:
        from . import deadlines, measures, menus, objects, parameters, permissions, tasks, todos  # noqa: F401
