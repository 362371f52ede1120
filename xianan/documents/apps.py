from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "xianan.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from xianan.ui.menu import register_urls

        from . import checks  # noqa: F401

        register_urls(verify="documents:verify")
