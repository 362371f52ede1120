from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = "年度考核"

    def ready(self) -> None:
        from . import (  # noqa: F401
            attachments,
            deadlines,
            effects,
            measures,
            menus,
            objects,
            parameters,
            permissions,
            tasks,
            todos,
            unfinished,
        )
        from .corrections import steps as corrections  # noqa: F401
        from .cycles import steps as cycles  # noqa: F401
        from .objections import steps as objections  # noqa: F401
        from .practices import steps as practices  # noqa: F401
        from .problems import steps as problems  # noqa: F401
        from .reports import steps as reports  # noqa: F401
        from .schemes import sheet, steps  # noqa: F401
