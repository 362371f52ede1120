from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "xianan.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from xianan.organizations.notifications import register_notifier
        from xianan.policy.changes import register_follower

        from . import kinds, menus, parameters, permissions, todos, unfinished  # noqa: F401
        from .orders import steps as orders  # noqa: F401
        from .plans import steps as plans  # noqa: F401
        from .services.notices import notify_people
        from .services.validity import follow_versions

        register_follower(follow_versions)
        register_notifier(notify_people)
