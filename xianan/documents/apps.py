from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "xianan.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from . import checks  # noqa: F401
