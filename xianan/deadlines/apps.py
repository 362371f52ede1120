from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "xianan.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from xianan.organizations.telling import register_teller
        from xianan.policy.changes import register_follower

        from . import kinds, menus, objects, parameters, permissions, todos, unfinished  # noqa: F401
        from .services.telling import tell_people
        from .services.validity import follow_versions

        register_follower(follow_versions)
        register_teller(tell_people)
