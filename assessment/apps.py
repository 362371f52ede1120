from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = "年度考核"

    def ready(self) -> None:
        from . import attachments, deadlines, imports, measures, menus, objects, permissions, tasks, todos  # noqa: F401
