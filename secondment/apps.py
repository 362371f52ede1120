from django.apps import AppConfig


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
        from .confirmations import steps as confirmations  # noqa: F401
        from .exchanges import steps as exchanges  # noqa: F401
        from .exemptions import steps as exemptions  # noqa: F401
        from .proposals import paper as proposals  # noqa: F401
        from .replacements import steps as replacements  # noqa: F401
        from .sessions import steps as sessions  # noqa: F401
        from .terms import steps as terms  # noqa: F401
        from .training_plans import steps as training_plans  # noqa: F401
