from django.apps import AppConfig

from xianan.core.modules import load_steps


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
        from .schemes import sheet  # noqa: F401

        load_steps(self.name)
