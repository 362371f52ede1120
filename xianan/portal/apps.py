from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xianan.portal"
    verbose_name = "工作台"

    def ready(self) -> None:
        from . import menus  # noqa: F401
