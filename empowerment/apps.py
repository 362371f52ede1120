from django.apps import AppConfig


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
        from .agreements import steps as agreements  # noqa: F401
        from .claims import steps as claims  # noqa: F401
        from .filings import steps as filings  # noqa: F401
        from .legality import steps as legality  # noqa: F401
        from .powers import steps as powers  # noqa: F401
