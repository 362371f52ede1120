from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = "年度考核"

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
        from .practices import steps as practices  # noqa: F401
        from .problems import steps as problems  # noqa: F401
