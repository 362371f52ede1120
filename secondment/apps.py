from django.apps import AppConfig

from xianan.core.modules import load_steps


class SecondmentConfig(AppConfig):
    name = "secondment"
    verbose_name = "人员与培训"

    def ready(self) -> None:
        from . import (  # noqa: F401
            deadlines,
            effects,
            imports,
            measures,
            menus,
            objects,
            open_matters,
            parameters,
            permissions,
            powers,
            sections,
            tasks,
            todos,
            unfinished,
        )
        from .proposals import paper as proposals  # noqa: F401

        load_steps(self.name)
