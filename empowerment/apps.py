from django.apps import AppConfig


class EmpowermentConfig(AppConfig):
    name = "empowerment"
    verbose_name = "赋权事项"

    def ready(self) -> None:
        from . import (  # noqa: F401
            attachments,
            deadlines,
            measures,
            menus,
            objects,
            permissions,
            tasks,
            todos,
        )
