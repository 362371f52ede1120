from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xianan.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from . import addresses  # noqa: F401 - registers the converter
