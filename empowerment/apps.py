from django.apps import AppConfig

from xianan.core.modules import load_steps


class EmpowermentConfig(AppConfig):
    name = "empowerment"
    verbose_name = "赋权事项"

    def ready(self) -> None:
        from . import (  # noqa: F401
            attachments,
            deadlines,
            effects,
            imports,
            measures,
            menus,
            objects,
            parameters,
            permissions,
            tasks,
            todos,
            unfinished,
        )

        load_steps(self.name)
