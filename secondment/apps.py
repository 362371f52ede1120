from django.apps import AppConfig


class SecondmentConfig(AppConfig):
    name = "secondment"
    verbose_name = "人员与培训"

    def ready(self) -> None:
        from . import (  # noqa: F401
            attachments,
            deadlines,
            effects,
            imports,
            measures,
            menus,
            objects,
            open_matters,
            parameters,
            permissions,
            sections,
            tasks,
            todos,
            unfinished,
        )
        from .exchanges import steps as exchanges  # noqa: F401
        from .exemptions import steps as exemptions  # noqa: F401
        from .sessions import steps as sessions  # noqa: F401
        from .training_plans import steps as training_plans  # noqa: F401
